import type { Operation } from '../commands/operation.js';
import type { Sequence } from '../commands/sequence.js';
import type { SeededRandom } from './random.js';

/** So many lowers a layer may have; so many layers lie on each other, the base included. */
const LOWERS_MAX = 128;
const LAYERS_MAX = LOWERS_MAX + 1;

/**
 * Makes a sequence whose last layers are as deep as a chain may get, and one layer deeper.
 *
 * @internal
 */
export function generateDeepSequence(random: SeededRandom): Sequence {
  const operations: Operation[] = [];
  const count = LAYERS_MAX + random.between(0, 1);
  for (let i = 0; i < count; i++) {
    const parent = i === 0 ? '' : `n${i - 1}`;
    operations.push({ op: 'create', id: `n${i}`, parent, readWrite: false });
  }
  operations.push(
    { op: 'get', id: `n${LAYERS_MAX - 1}` },
    { op: 'walk', id: `n${LAYERS_MAX - 1}` },
  );
  return { surroundings: { homePadding: 0 }, operations };
}
