import type { Law } from './law.js';

/** Invariant 8: who has been a parent is not written to through a mount. */
export const COMMITTED_IS_READ_ONLY: Law = {
  name: 'committed-is-read-only',
  says: 'a committed layer is never mounted with an upper directory',
  profiles: ['moby-2019', 'moby-20.10', 'strict'],
  holdsFor: 'targets whose mounts can be seen',
  exceptions: ['Q-15: the `diff` of a committed base layer is given away unmounted'],
  watch:
    () =>
    ({ before, mounts, world }) => {
      for (const { layers } of mounts) {
        const upper = layers?.upper;
        if (upper === undefined) continue;
        const owner = before.layers.find(({ id }) => upper === `${world.home}/${id}/diff`);
        if (owner?.names.includes('committed') !== true) continue;
        return { subject: owner.id, expected: 'a read-only mount', actual: `upperdir=${upper}` };
      }
      return undefined;
    },
};
