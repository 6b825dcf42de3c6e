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

/**
 * Makes a sequence in which somebody writes a chain of about the greatest length into a layer, so
 * that the layers on it are where the depth ends.
 *
 * @internal
 */
export function generateLongLower(random: SeededRandom): Sequence {
  const count = LOWERS_MAX - random.between(0, 2);
  const text = Array.from({ length: count }, () => 'l/{link:a}').join(':');
  const operations: readonly Operation[] = [
    { op: 'create', id: 'a', parent: '', readWrite: false },
    { op: 'create', id: 'b', parent: 'a', readWrite: false },
    { op: 'tamper', id: 'b', part: 'lower', to: { text } },
    { op: 'create', id: 'c', parent: 'b', readWrite: random.percent(30) },
    { op: 'create', id: 'd', parent: 'c', readWrite: random.percent(30) },
    { op: 'create', id: 'e', parent: 'd', readWrite: random.percent(30) },
  ];
  return { surroundings: { homePadding: 0 }, operations };
}
