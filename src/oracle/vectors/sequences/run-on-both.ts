import type { Operation } from '../../commands/operation.js';
import type { HomeView } from '../../commands/answer.js';
import { observeHome } from '../../commands/observe-home.js';
import { OperationRunner } from '../../commands/run-operation.js';
import { compareHomes } from '../../judge/compare-homes.js';
import type { World } from '../../model/facts.js';
import { LayerStoreModel } from '../../model/model.js';
import type { SequenceTargets } from '../../targets/sequence-target.js';
import type { VectorProfile } from '../rule-group.js';
import { type StepText, tellAllowed, withoutOwnTimes } from './step-text.js';

/** What a profile expects of a sequence. */
export interface ExpectedRun {
  readonly steps: readonly StepText[];
  /** The home at the end. */
  readonly home: HomeView;
}

/** Drivers to run sequences on, by profile. */
export type TargetsByProfile = Readonly<Record<VectorProfile, SequenceTargets>>;

/** What came of running a sequence on model and driver. */
export type RunTold =
  | {
      readonly kind: 'run';
      readonly run: ExpectedRun;
      readonly world: World;
      readonly cells: readonly string[];
    }
  /** The model cannot say what is right. */
  | { readonly kind: 'blind' }
  | { readonly kind: 'disagreement'; readonly told: string };

/**
 * Runs a sequence on a driver and lets the model say what is allowed: every answer has to be, and
 * the home has to be the model’s in the end.
 *
 * @internal
 */
export async function runTold(
  targets: SequenceTargets,
  profile: VectorProfile,
  operations: readonly Operation[],
): Promise<RunTold> {
  const target = await targets.make({ homePadding: 0 });
  try {
    const world = { ...targets.world, home: target.home };
    const model = new LayerStoreModel(profile, world);
    const runner = new OperationRunner(target);
    const steps: StepText[] = [];
    const cells: string[] = [];
    for (const operation of operations) {
      const allowed = model.allowed(operation);
      const answer = await runner.run(operation);
      const text = tellAllowed(allowed, answer);
      const verdict = model.step(operation, answer);
      if (!verdict.agrees) {
        const told = `${JSON.stringify(operation)} gave ${JSON.stringify(answer)}`;
        return { kind: 'disagreement', told };
      }
      if (verdict.blind || model.isLost) return { kind: 'blind' };
      cells.push(`${profile} ${verdict.transition}`);
      steps.push({ allowed: text, answer: withoutOwnTimes(answer, operations) });
    }
    const home = model.view();
    const [first] = compareHomes(home, await observeHome(target.files, target.home));
    if (first !== undefined) return { kind: 'disagreement', told: JSON.stringify(first) };
    return { kind: 'run', run: { steps, home }, world, cells };
  } finally {
    await targets.remove(target);
  }
}
