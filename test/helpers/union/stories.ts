/** Random stories of layers and of what is done in the tree that they make. */
import fc from 'fast-check';
import type { VolumeKindName } from '../../../src/adapters/fake/volume-kind.js';
import type { Story } from './compare.js';
import { FURNITURE, layerStep, step } from './operations.js';

/** Stories on layers that lie on file systems of some kinds, the lowest first. */
export function storyOf(kinds: readonly VolumeKindName[], options?: string): fc.Arbitrary<Story> {
  const layer = fc.array(layerStep, { maxLength: 8 });
  const lowest = fc
    .tuple(fc.boolean(), layer)
    .map(([isFurnished, steps]) => (isFurnished ? [...FURNITURE, ...steps] : steps));
  return fc.record({
    kinds: fc.constant(kinds),
    layers: fc.tuple(
      ...kinds.map((_, i) => (i === 0 ? lowest : i === kinds.length - 1 ? short(layer) : layer)),
    ),
    steps: fc.array(step, { maxLength: 20 }),
    again: fc.array(step, { maxLength: 6 }),
    later: fc.array(step, { maxLength: 6 }),
    ...(options === undefined ? {} : { options: fc.constant(options) }),
  });
}

/** An upper is mostly new, and sometimes was filled by somebody else. */
function short<T>(list: fc.Arbitrary<T[]>): fc.Arbitrary<T[]> {
  return fc.oneof({ weight: 2, arbitrary: fc.constant<T[]>([]) }, { weight: 1, arbitrary: list });
}

/** Stories in which somebody else changes the layers of a tree that is mounted. */
export function storyBeneath(kinds: readonly VolumeKindName[]): fc.Arbitrary<Story> {
  const beneath = fc.record({ layer: fc.nat({ max: kinds.length - 1 }), step });
  return storyOf(kinds).chain((story) =>
    fc
      .array(fc.oneof({ weight: 2, arbitrary: step }, beneath), { maxLength: 16 })
      .map((steps) => ({ ...story, again: [], later: [], steps })),
  );
}
