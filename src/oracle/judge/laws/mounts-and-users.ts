import type { Answer, HomeView } from '../../commands/answer.js';
import type { Operation } from '../../commands/operation.js';
import type { Law } from './law.js';

/** Invariant 3: what is mounted is what has users. */
export const MOUNTS_AND_USERS: Law = {
  name: 'mounts-and-users',
  says: 'a layer with lowers is mounted exactly while a Get was not put back',
  profiles: ['strict'],
  holdsFor: 'runs without a restart in which nobody else unmounts or changes the home',
  exceptions: [
    'Q-20',
    'Q-22',
    'a naive diff is its own user while it lasts',
    'a Put that cannot remove merged has put back all the same (Q-19)',
    'an ApplyDiff to an incomplete layer ends what is mounted of it',
  ],
  watch: () => {
    const users = new Map<string, number>();
    let isRestarted = false;
    return ({ operation, answer, before, after, isDisturbed }) => {
      if (operation.op === 'restart') isRestarted = true;
      if (isDisturbed || isRestarted) return undefined;
      for (const { id, names } of before.layers) {
        const isApplied = ended(operation) === id && names.includes('incomplete');
        if (isApplied && !isStillMounted(after, id)) users.delete(id);
      }
      if (answer.ok || isPutBack(operation, answer)) {
        if (operation.op === 'get') users.set(operation.id, (users.get(operation.id) ?? 0) + 1);
        if (operation.op === 'put') users.set(operation.id, (users.get(operation.id) ?? 0) - 1);
        if (operation.op === 'remove') users.delete(operation.id);
        if (operation.op === 'cleanup') users.clear();
        // A surplus Put is harmless: counts do not go below nothing.
        if ('id' in operation && (users.get(operation.id) ?? 0) < 0) users.delete(operation.id);
      }
      for (const { id, lower, mounted } of after.layers) {
        if (lower === undefined) continue;
        const count = users.get(id) ?? 0;
        if (mounted === count > 0) continue;
        const expected = count > 0 ? `a mount for ${count} users` : 'no mount without users';
        return { subject: `${id}/merged`, expected, actual: mounted ? 'mounted' : 'not mounted' };
      }
      return undefined;
    };
  },
};

/** What somebody wrote into `merged` while nothing was mounted keeps it, and not the mount. */
function isPutBack({ op }: Operation, answer: Answer): boolean {
  return op === 'put' && !answer.ok && answer.errno === 'ENOTEMPTY';
}

/** The layer that an operation applies an archive to. */
function ended(operation: Operation): string | undefined {
  if (operation.op === 'transfer') return operation.to;
  return operation.op === 'apply' ? operation.id : undefined;
}

function isStillMounted({ layers }: HomeView, id: string): boolean {
  return layers.some((layer) => layer.id === id && layer.mounted);
}
