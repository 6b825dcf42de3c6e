import type { HomeView } from '../../commands/answer.js';
import { compareHomes } from '../compare-homes.js';
import type { Law } from './law.js';

/** Invariant 5: a call that fails has changed nothing. */
export const FAILURE_CHANGES_NOTHING: Law = {
  name: 'failure-changes-nothing',
  says: 'a call of the driver that fails leaves layers, links and mounts as they were',
  profiles: ['strict'],
  holdsFor: 'all runs; content of layers is judged by the model',
  exceptions: [
    'Q-06',
    'Q-08',
    'Q-09',
    'Q-11',
    'an ApplyDiff that fails marks a layer with content `incomplete`, and ends what is ' +
      'mounted of an incomplete one',
    'a Get that fails takes away a `merged` that nothing is mounted on',
    'Q-19: a Put that cannot take `merged` away has unmounted it',
  ],
  watch:
    () =>
    ({ operation, answer, before, after }) => {
      if (answer.ok || NOT_THE_DRIVERS.includes(operation.op)) return undefined;
      const differences = compareHomes(before, after);
      return differences.find(({ aspect, layer }) => {
        const isNamed = Object.values(operation).includes(layer);
        if (aspect === 'merged missing' && isNamed) return false;
        if (aspect === 'mount missing') {
          return operation.op !== 'put' && !wasIncomplete(before, layer);
        }
        return aspect !== 'incomplete extra';
      });
    },
};

function wasIncomplete({ layers }: HomeView, id: string): boolean {
  return layers.some((layer) => layer.id === id && layer.names.includes('incomplete'));
}

/** Operations that somebody else performs. */
const NOT_THE_DRIVERS: readonly string[] = ['file', 'tamper', 'umount', 'walk', 'restart'];
