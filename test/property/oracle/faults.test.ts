/**
 * Establishes that profile strict keeps its promises whatever goes wrong: fast-check chooses a
 * sequence over the alphabet of the exhaustive search and what goes wrong in its last operation;
 * a sample of a fixed seed besides, in both profiles, so that what it covers does not change.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fakeTargets } from '../../../src/cli/targets/fake-targets.js';
import { findProfile } from '../../../src/domain/profiles/find-profile.js';
import type { FaultPlan } from '../../../src/oracle/commands/operation.js';
import { ALPHABET, ERRNOS, STARTS } from '../../../src/oracle/faults/alphabet.js';
import { sampleFaults } from '../../../src/oracle/faults/sample-faults.js';
import { tryFault } from '../../../src/oracle/faults/try-fault.js';
import { formatOperation } from '../../../src/oracle/report/format-operation.js';
import type { SequenceTargets } from '../../../src/oracle/targets/sequence-target.js';

const SEED = 20190924;
const PROFILES = ['strict', 'moby-2019'] as const;
const CALLS_MAX = 40;

async function targetsOf(name: (typeof PROFILES)[number]): Promise<SequenceTargets> {
  const profile = findProfile(name);
  if (profile === undefined) throw new Error(`no profile ${name}`);
  return fakeTargets({ profile });
}

describe.each(PROFILES)('a sample of a fixed seed, in %s', (name) => {
  it('finds no state that is not known', async () => {
    const targets = await targetsOf(name);
    const options = { seed: SEED, sequences: 100, plansEach: 4 };
    const { runs, violations } = await sampleFaults(targets, options);
    await targets.dispose();

    expect(runs).toBeGreaterThan(150);
    const told = [...violations].map(([signature, { prefix, operation, plan }]) => {
      const steps = [...prefix, { ...operation, fault: plan }].map(formatOperation);
      return `${signature}: ${steps.join('; ')}`;
    });
    expect(told).toEqual([]);
  });
});

describe('whatever fast-check lets go wrong, in strict', () => {
  let targets: SequenceTargets;

  beforeAll(async () => {
    targets = await targetsOf('strict');
  });

  afterAll(() => targets.dispose());

  const at = fc.integer({ min: 1, max: CALLS_MAX });
  const lost = fc.oneof(fc.constant('all' as const), fc.subarray([0, 1, 2, 3, 4, 5, 6, 7]));
  const newFiles = fc.constantFrom('emptied' as const, 'removed' as const);
  const plan: fc.Arbitrary<FaultPlan> = fc.oneof(
    fc.record({ fault: fc.constant('fail' as const), at, errno: fc.constantFrom(...ERRNOS) }),
    fc.record({ fault: fc.constant('crash' as const), at }),
    fc.record({ fault: fc.constant('crash' as const), at, power: fc.record({ lost, newFiles }) }),
  );
  const letter = fc.constantFrom(...ALPHABET);
  const start = fc.constantFrom(...STARTS.map(({ operations }) => operations));
  const driver = letter.filter(({ op }) => op !== 'umount');

  it('changes nothing where a call fails, and is whole or not there after a crash', async () => {
    await fc.assert(
      fc.asyncProperty(
        start,
        fc.array(letter, { maxLength: 3 }),
        driver,
        plan,
        async (begun, chosen, operation, fault) => {
          const run = { prefix: [...begun, ...chosen], operation };

          const { violation } = await tryFault(targets, run, fault);

          expect(violation).toBeUndefined();
        },
      ),
      { numRuns: 200 },
    );
  });
});
