import type { ProfileName } from '../../domain/profiles/profile.js';
import type { FaultPlan, SoundOperation } from '../commands/operation.js';
import { OperationRunner } from '../commands/run-operation.js';
import { compareHomes } from '../judge/compare-homes.js';
import { type Difference, formatAnswer } from '../judge/divergence.js';
import { LayerStoreModel } from '../model/model.js';
import type { SequenceTarget, SequenceTargets } from '../targets/sequence-target.js';
import { stateDigest } from './state-digest.js';
import { lookAtHome } from '../commands/look-at-home.js';
import { type FaultJudgement, type FaultViolation, judgeFault } from './judge-fault.js';

/** Operations, of which the last is the one that something goes wrong in. */
export interface FaultyRun {
  readonly prefix: readonly SoundOperation[];
  readonly operation: SoundOperation;
}

/** What became of a run. */
export interface FaultTrial {
  /** Absent where the run did not come to it. */
  readonly judgement?: FaultJudgement;
  /** Of the fault, or of what came after it. */
  readonly violation?: FaultViolation;
  /** Whether the profile is known to leave this state. */
  readonly isKnown: boolean;
}

/** A state that a sequence has reached with nothing going wrong. */
export interface Reached {
  /** Equal for states that no call can tell apart. */
  readonly digest: string;
  /** How many calls of the last operation can go wrong. */
  readonly calls: number;
  /** What of the sequence itself was not as it has to be. */
  readonly violation?: FaultViolation;
}

/** What is done after a fault: whatever it left, the driver has to go on as the model does. */
const AFTERMATH: readonly SoundOperation[] = [
  { op: 'diff', id: 'a', parent: '' },
  { op: 'diff', id: 'ab', parent: 'a' },
  { op: 'get', id: 'ab' },
  { op: 'put', id: 'ab' },
  { op: 'remove', id: 'ab' },
  { op: 'remove', id: 'a' },
];

/** So many calls no operation makes: a plan that only counts. */
const NEVER = 1_000_000_000;

/**
 * Runs a prefix and an operation in which something goes wrong, each on a target of its own, and
 * what a caller may do next: the same again, a look at what layers hold, a mount, their removal.
 *
 * @throws what is no failure of an operation.
 * @internal
 */
export async function tryFault(
  targets: SequenceTargets,
  { prefix, operation }: FaultyRun,
  plan: FaultPlan,
): Promise<FaultTrial> {
  return onTarget(targets, async (trial) => {
    if ((await trial.run(prefix)) !== undefined) return { isKnown: true };
    const judgement = await trial.fault(operation, plan);
    const { violation, isKnown = false } = judgement;
    if (violation !== undefined) return { judgement, violation, isKnown };
    if (judgement.isBlind === true) return { judgement, isKnown };
    const again = operation.op === 'restart' ? [] : [operation];
    const later = await trial.run([...again, ...AFTERMATH]);
    if (later === undefined) return { judgement, isKnown };
    const signature = `after ${operation.op} ${plan.fault}: ${later.signature}`;
    return { judgement, violation: { ...later, signature }, isKnown: false };
  });
}

/**
 * Runs a sequence with nothing going wrong.
 *
 * @throws what is no failure of an operation.
 * @internal
 */
export async function reach(
  targets: SequenceTargets,
  { prefix, operation }: FaultyRun,
): Promise<Reached> {
  return onTarget(targets, async (trial) => {
    const broken = await trial.run(prefix);
    const isDriver = !['umount', 'tamper', 'file', 'walk'].includes(operation.op);
    await trial.target.faults?.arm({ fault: 'fail', at: NEVER, errno: 'EIO' });
    const violation = broken ?? (await trial.run([operation]));
    const calls = (await trial.target.faults?.disarm())?.calls ?? 0;
    const digest = await stateDigest(trial.target, trial.model, [...prefix, operation]);
    const reached = { digest, calls: isDriver ? calls : 0 };
    return violation === undefined ? reached : { ...reached, violation };
  });
}

async function onTarget<T>(
  targets: SequenceTargets,
  use: (trial: Trial) => Promise<T>,
): Promise<T> {
  const target = await targets.make({ homePadding: 0 }, true);
  try {
    return await use(new Trial(target, targets));
  } finally {
    await targets.remove(target);
  }
}

class Trial {
  readonly target: SequenceTarget;
  model: LayerStoreModel;
  readonly #profile: ProfileName;
  readonly #runner: OperationRunner;

  constructor(target: SequenceTarget, { world, profile }: SequenceTargets) {
    this.target = target;
    this.model = new LayerStoreModel(profile, { ...world, home: target.home });
    this.#profile = profile;
    this.#runner = new OperationRunner(target);
  }

  /** Runs operations and judges the answers, and the home at the end. */
  async run(operations: readonly SoundOperation[]): Promise<FaultViolation | undefined> {
    const { model, target } = this;
    for (const operation of operations) {
      const answer = await this.#runner.run(operation);
      const verdict = model.step(operation, answer);
      if (!verdict.agrees) {
        const expected = verdict.expected.join(' or ');
        const difference = { subject: 'answer', expected, actual: formatAnswer(answer) };
        return violationOf(`${operation.op} answers otherwise`, verdict.rule, [difference]);
      }
      if (model.isLost) model.resync(await lookAtHome(target));
    }
    const differences = compareHomes(model.view(), await lookAtHome(target));
    const [first] = differences;
    if (first === undefined) return undefined;
    return violationOf(`home: ${first.aspect}`, undefined, differences);
  }

  async fault(operation: SoundOperation, plan: FaultPlan): Promise<FaultJudgement> {
    const { target, model } = this;
    const { faults } = target;
    if (faults === undefined) throw new Error(`nobody can make ${target.name} fail`);
    const subject = { target, faults, runner: this.#runner, model, profile: this.#profile };
    const judgement = await judgeFault(subject, operation, plan);
    this.model = judgement.model;
    return judgement;
  }
}

function violationOf(
  signature: string,
  rule: string | undefined,
  differences: readonly Difference[],
): FaultViolation {
  return { signature, rule: rule ?? '', differences };
}
