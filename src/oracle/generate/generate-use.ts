import type { Operation } from '../commands/operation.js';
import type { Sequence } from '../commands/sequence.js';
import type { SeededRandom } from './random.js';

const LENGTH_MIN = 3;
const LENGTH_MAX = 10;
const [BASE, USED, ABOVE] = ['a', 'b', 'c'] as const;
/** Most of it happens to the one layer. */
const ABOVE_PERCENT = 15;

type Event = 'get' | 'put' | 'restart' | 'umount' | 'file' | 'remove' | 'cleanup' | 'create';

/** What happens to a layer that is used, by how often. */
const EVENTS: readonly (readonly [weight: number, name: Event])[] = [
  [30, 'get'],
  [28, 'put'],
  [14, 'restart'],
  [8, 'umount'],
  [7, 'file'],
  [5, 'remove'],
  [4, 'cleanup'],
  [4, 'create'],
];

/**
 * Makes a sequence in which one layer is used again and again, by several users and several
 * drivers one after the other: what counts its users is asked for nothing else.
 *
 * @internal
 */
export function generateUse(random: SeededRandom): Sequence {
  const operations: Operation[] = [
    { op: 'create', id: BASE, parent: '', readWrite: false },
    { op: 'create', id: USED, parent: BASE, readWrite: random.percent(50) },
  ];
  if (random.percent(ABOVE_PERCENT)) {
    operations.push({ op: 'create', id: ABOVE, parent: USED, readWrite: false });
  }
  const hasAbove = operations.length > 2;
  for (let left = random.between(LENGTH_MIN, LENGTH_MAX); left > 0; left--) {
    const id = hasAbove && random.percent(ABOVE_PERCENT) ? ABOVE : USED;
    operations.push(happen(random, random.weighted(EVENTS), id));
  }
  return { surroundings: { homePadding: 0 }, operations };
}

function happen(random: SeededRandom, name: Event, id: string): Operation {
  switch (name) {
    case 'restart':
      return { op: 'restart', process: random.percent(70) ? 'new' : 'same' };
    case 'cleanup':
      return { op: 'cleanup' };
    case 'file':
      return { op: 'file', id, change: { do: 'mkdir', path: 'd', mode: 0o755 } };
    case 'create':
      return { op: 'create', id, parent: id === USED ? BASE : USED, readWrite: false };
    case 'get':
    case 'put':
    case 'umount':
    case 'remove':
      return { op: name, id };
  }
}
