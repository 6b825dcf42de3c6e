import type { FaultPlan, SoundOperation } from '../commands/operation.js';
import { SeededRandom } from '../generate/random.js';
import type { SequenceTargets } from '../targets/sequence-target.js';
import { ALPHABET, STARTS } from './alphabet.js';
import { choosePlan } from './choose-plan.js';
import type { FaultViolation } from './judge-fault.js';
import { MOBY_2019_STATES } from './moby-2019-states.js';
import { type FaultyRun, reach, tryFault } from './try-fault.js';

/** What was tried by chance. */
export interface FaultSample {
  /** Runs in which something went wrong. */
  readonly runs: number;
  /** The first run of each kind of violation that is not known of the profile. */
  readonly violations: ReadonlyMap<string, SampledViolation>;
}

/** One of them. */
export interface SampledViolation extends FaultyRun {
  readonly plan: FaultPlan;
  readonly violation: FaultViolation;
}

/**
 * Tries a part of what the search covers, chosen by a seed: sequences over the same alphabet, and
 * in the last operation of each some of what can go wrong.
 *
 * @throws what is no failure of an operation.
 * @internal
 */
export async function sampleFaults(
  targets: SequenceTargets,
  { seed, sequences, plansEach }: { seed: number; sequences: number; plansEach: number },
): Promise<FaultSample> {
  const violations = new Map<string, SampledViolation>();
  let runs = 0;
  for (let index = 0; index < sequences; index++) {
    const random = new SeededRandom(seed, index);
    const run = chooseRun(random);
    const { calls, violation } = await reach(targets, run);
    if (violation !== undefined || calls === 0) continue;
    for (let i = 0; i < plansEach; i++) {
      const plan = choosePlan(random, calls);
      const trial = await tryFault(targets, run, plan);
      runs += 1;
      if (trial.violation === undefined) continue;
      const { signature } = trial.violation;
      if (trial.isKnown && MOBY_2019_STATES.includes(signature)) continue;
      if (!violations.has(signature)) {
        violations.set(signature, { ...run, plan, violation: trial.violation });
      }
    }
  }
  return { runs, violations };
}

function chooseRun(random: SeededRandom): FaultyRun {
  const start = random.pick(STARTS);
  const length = random.below(start.lengthMax);
  const chosen = Array.from({ length }, (): SoundOperation => random.pick(ALPHABET));
  return { prefix: [...start.operations, ...chosen], operation: random.pick(ALPHABET) };
}
