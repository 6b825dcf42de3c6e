/**
 * Establishes that a union in memory is what this kernel's overlayfs shows: random operations in
 * layers and in the tree they make give the same errno, the same tree and the same marks on disk.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { VolumeKindName } from '../../../src/adapters/fake/volume-kind.js';
import { type Story, tell } from './compare.js';
import { FURNITURE, layerStep, step } from './operations.js';
import { REGRESSIONS } from './regressions.js';
import { fakeSide, RealPlaces } from './sides.js';

let places: RealPlaces;

beforeAll(() => {
  places = new RealPlaces();
});

afterAll(() => places.dispose());

/** Where layers lie, the lowest first, and how many stories are told of it. */
const ARRANGEMENTS: readonly (readonly [kinds: readonly VolumeKindName[], runs: number])[] = [
  [['ext4', 'ext4', 'ext4'], 120],
  [['ext4', 'ext4'], 40],
  [['tmpfs', 'tmpfs', 'tmpfs'], 40],
  [['xfs', 'xfs', 'xfs'], 40],
  [['btrfs', 'btrfs', 'btrfs'], 40],
  [['xfs', 'btrfs', 'tmpfs'], 40],
  [['tmpfs', 'xfs', 'ext4'], 40],
];

let operations = 0;

function storyOf(kinds: readonly VolumeKindName[], options?: string): fc.Arbitrary<Story> {
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

async function expectAgreement(story: Story): Promise<void> {
  const [fake, real] = [fakeSide(), places.side()];
  try {
    const actual = await tell(fake, story);
    const expected = await tell(real, story);
    operations += expected.length;
    expect(actual).toEqual(expected);
  } finally {
    await fake.dispose();
    await real.dispose();
  }
}

function skipWithout(kinds: readonly VolumeKindName[], skip: (why: string) => void): void {
  const reasons = kinds.map((kind) => places.whyNot(kind)).filter((why) => why !== undefined);
  if (reasons.length > 0) skip(`no such file system here: ${reasons.join('; ')}`);
}

describe('a union in memory agrees with this kernel', () => {
  test.for(REGRESSIONS)('$name', async ({ story }, { skip }) => {
    skipWithout(story.kinds, skip);
    await expectAgreement(story);
  });

  test.for(ARRANGEMENTS)('on %j', async ([kinds, numRuns], { skip }) => {
    skipWithout(kinds, skip);
    await fc.assert(fc.asyncProperty(storyOf(kinds), expectAgreement), { numRuns });
  });

  test.each(['redirect_dir=on', 'redirect_dir=nofollow', 'userxattr'])(
    'with %s',
    async (options) => {
      const stories = storyOf(['ext4', 'ext4', 'ext4'], options);
      await fc.assert(fc.asyncProperty(stories, expectAgreement), { numRuns: 40 });
    },
  );

  test.for(['xino=on', 'xino=auto,redirect_dir=on'])(
    'across file systems with %s',
    async (options, { skip }) => {
      const kinds = ['xfs', 'btrfs', 'tmpfs'] as const;
      skipWithout(kinds, skip);
      const stories = storyOf(kinds, options);
      await fc.assert(fc.asyncProperty(stories, expectAgreement), { numRuns: 40 });
    },
  );

  test('while somebody else changes the layers', async () => {
    const beneath = fc.record({ layer: fc.nat({ max: 2 }), step });
    const stories = storyOf(['ext4', 'ext4', 'ext4']).chain((story) =>
      fc
        .array(fc.oneof({ weight: 2, arbitrary: step }, beneath), { maxLength: 16 })
        .map((steps) => ({ ...story, again: [], later: [], steps })),
    );
    await fc.assert(fc.asyncProperty(stories, expectAgreement), { numRuns: 60 });
  });

  test('in at least 5,000 operations', () => {
    process.stderr.write(`${operations} operations compared\n`);
    expect(operations).toBeGreaterThanOrEqual(5000);
  });
});
