import type { HomeView } from '../../commands/answer.js';
import { compareHomes } from '../compare-homes.js';
import type { Operation } from '../../commands/operation.js';
import { comparePictures } from '../../faults/home-picture.js';
import type { Difference } from '../divergence.js';
import type { Law, Moment } from './law.js';

/** Invariant 5: a call that fails has changed nothing. */
export const FAILURE_CHANGES_NOTHING: Law = {
  name: 'failure-changes-nothing',
  says: 'a call of the driver that fails leaves layers, links, mounts and every byte as they were',
  profiles: ['strict'],
  holdsFor:
    'all runs; in a share of them also owners, modes, times and contents of all that is neither ' +
    'mounted nor the work directory of the kernel',
  exceptions: [
    'Q-06',
    'Q-08',
    'Q-09',
    'Q-11',
    'an ApplyDiff that fails marks a layer with content `incomplete`, whose content is nothing ' +
      'then, and ends what is mounted of an incomplete one',
    'a Get that fails takes away a `merged` that nothing is mounted on',
    'Q-19: a Put that cannot take `merged` away has unmounted it',
  ],
  watch:
    () =>
    ({ operation, answer, before, after, pictures }) => {
      if (answer.ok || NOT_THE_DRIVERS.includes(operation.op)) return undefined;
      const differences = compareHomes(before, after);
      const different = differences.find(({ aspect, layer }) => {
        const isNamed = Object.values(operation).includes(layer);
        if (aspect === 'merged missing' && isNamed) return false;
        if (aspect === 'mount missing') {
          return operation.op !== 'put' && !isIncomplete(before, layer);
        }
        return aspect !== 'incomplete extra';
      });
      if (different !== undefined || pictures === undefined) return different;
      return compareBytes(pictures, incompleteLayer(operation, after));
    },
};

/** The layer that an ApplyDiff has left without content that could be relied on. */
function incompleteLayer(operation: Operation, after: HomeView): string | undefined {
  const id =
    operation.op === 'apply' ? operation.id : operation.op === 'transfer' ? operation.to : '';
  return isIncomplete(after, id) ? id : undefined;
}

function compareBytes(
  { before, after }: NonNullable<Moment['pictures']>,
  incomplete: string | undefined,
): Difference | undefined {
  const isJudged = (path: string): boolean => path.split('/', 1)[0] !== incomplete;
  const [first] = comparePictures(before, after, isJudged);
  return first && { subject: first.path, expected: first.before, actual: first.after };
}

function isIncomplete({ layers }: HomeView, id: string): boolean {
  return layers.some((layer) => layer.id === id && layer.names.includes('incomplete'));
}

/** Operations that somebody else performs. */
const NOT_THE_DRIVERS: readonly string[] = ['file', 'tamper', 'umount', 'walk', 'restart'];
