/**
 * Establishes that the driver on a machine in memory does what it does on this kernel: generated
 * sequences give the same answers and texts, the same mounts, the same archives byte for byte, and
 * after every operation the same files on disk.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { VolumeKindName } from '../../../src/adapters/fake/volume-kind.js';
import { worldOf } from '../../../src/cli/targets/world-of.js';
import { findProfile } from '../../../src/domain/profiles/find-profile.js';
import type { ProfileName } from '../../../src/domain/profiles/profile.js';
import type { Sequence, SequenceFacts } from '../../../src/oracle/commands/sequence.js';
import { generateSequence } from '../../../src/oracle/generate/generate-sequence.js';
import type { Divergence } from '../../../src/oracle/judge/divergence.js';
import { formatOperation } from '../../../src/oracle/report/format-operation.js';
import { shrinkSequence } from '../../../src/oracle/shrink/shrink-sequence.js';
import { compareDrivers } from './driver-compare.js';
import { DRIVER_REGRESSIONS } from './driver-regressions.js';
import { DriverSides } from './driver-sides.js';
import { RealPlaces } from './sides.js';

const PROFILES: readonly ProfileName[] = ['moby-2019', 'strict'];
const LENGTH_MAX = 40;
const SHRINK_RUNS_MAX = 300;
/** Of all sequences; seen were one or two in a thousand. */
const FORGIVEN_MAX = 0.02;

/** Where homes lie, and how many operations are compared there in each profile, at least. */
const PLACES: readonly (readonly [kind: VolumeKindName, operations: number])[] = [
  ['ext4', 4000],
  ['xfs', 400],
  ['btrfs', 400],
  ['tmpfs', 400],
];

const CASES = PROFILES.flatMap((profile) =>
  PLACES.map(([kind, operations]) => ({ profile, kind, operations })),
);

let places: RealPlaces;
let compared = 0;
let sequences = 0;
/** Sequences that differed after a change beneath a mount, of which the kernel promises nothing. */
let forgiven = 0;

beforeAll(() => {
  places = new RealPlaces();
});

afterAll(() => places.dispose());

async function makeSides(name: ProfileName, kind: VolumeKindName): Promise<DriverSides> {
  const profile = findProfile(name);
  if (profile === undefined) throw new Error(`no profile ${name}`);
  return DriverSides.on(kind, profile, places);
}

async function factsOf(sides: DriverSides): Promise<SequenceFacts> {
  const both = await sides.make({ homePadding: 0 });
  const [fake, real] = both;
  try {
    const world = await worldOf(real.composed);
    expect(await worldOf(fake.composed)).toEqual(world);
    const { home } = real.target;
    const paddingMax = 255 - home.slice(home.lastIndexOf('/') + 1).length;
    const { indexOff, pageSize } = world;
    return { homeLength: home.length, paddingMax, indexOff, pageSize };
  } finally {
    for (const side of both) await side.remove();
  }
}

async function explain(
  sides: DriverSides,
  sequence: Sequence,
  divergence: Divergence,
): Promise<string> {
  const shrunk = await shrinkSequence(
    { sequence, divergence },
    async (shorter) => (await compareDrivers(sides, shorter)).divergence,
    SHRINK_RUNS_MAX,
  );
  const { operations, surroundings } = shrunk.sequence;
  return [
    `${shrunk.divergence.signature}:`,
    ...operations.map((operation) => `  ${formatOperation(operation)}`),
    ...shrunk.divergence.differences.map(
      ({ subject, expected, actual }) => `${subject}\n  kernel ${expected}\n  memory ${actual}`,
    ),
    JSON.stringify({ surroundings, operations }),
  ].join('\n');
}

describe('the driver in memory agrees with the one on this kernel', () => {
  test.for(CASES)('in $profile on $kind', async ({ profile, kind, operations }, { skip }) => {
    const why = places.whyNot(kind);
    if (why !== undefined) skip(`no such file system here: ${why}`);
    const sides = await makeSides(profile, kind);
    try {
      const facts = await factsOf(sides);
      const seed = fc.readConfigureGlobal().seed ?? 0;
      for (let index = 0, done = 0; done < operations; index++) {
        const sequence = generateSequence(facts, { seed, index, lengthMax: LENGTH_MAX });
        const result = await compareDrivers(sides, sequence);
        done += result.operations;
        compared += result.operations;
        sequences += 1;
        if (result.divergence === undefined) continue;
        if (result.isBeneath) {
          forgiven += 1;
          continue;
        }
        const told = await explain(sides, sequence, result.divergence);
        expect.fail(`sequence ${index} of seed ${seed}: ${told}`);
      }
    } finally {
      sides.dispose();
    }
  });

  test.for(DRIVER_REGRESSIONS)(
    '$name',
    async ({ profile, kind = 'ext4', operations }, { skip }) => {
      const why = places.whyNot(kind);
      if (why !== undefined) skip(`no such file system here: ${why}`);
      const sides = await makeSides(profile, kind);
      try {
        const sequence = { surroundings: { homePadding: 0 }, operations };
        const { isBeneath: _, ...result } = await compareDrivers(sides, sequence);
        expect(result).toEqual({ operations: operations.length });
      } finally {
        sides.dispose();
      }
    },
  );

  test('in at least 10,000 operations', () => {
    process.stderr.write(
      `${compared} operations of the driver compared; ${forgiven} of ${sequences} sequences ` +
        'differed after a change beneath a mount\n',
    );
    expect(compared).toBeGreaterThanOrEqual(10_000);
    expect(forgiven).toBeLessThanOrEqual(sequences * FORGIVEN_MAX);
  });
});
