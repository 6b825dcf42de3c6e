import type { ProfileName } from '../../domain/profiles/profile.js';
import type { Answer, HomeView } from '../commands/answer.js';
import { lookAtHome, pictureHome } from '../commands/look-at-home.js';
import type { FaultPlan, Operation } from '../commands/operation.js';
import { OperationRunner } from '../commands/run-operation.js';
import type { World } from '../model/facts.js';
import type { HomePicture } from '../faults/home-picture.js';
import { type FaultJudgement, judgeFault } from '../faults/judge-fault.js';
import type { LayerStoreModel, Verdict } from '../model/model.js';
import type { FaultControl, SequenceTarget } from '../targets/sequence-target.js';
import { compareHomes } from './compare-homes.js';
import { type Compared, isCompared } from './compared.js';
import { type Divergence, formatAnswer } from './divergence.js';
import type { LayerLaw } from './laws/layer-law.js';
import type { Law, LawWatch } from './laws/law.js';
import { ProtocolFault, SkippedOperation } from '../protocol/protocol-fault.js';
import { protocolDivergence } from './protocol-divergence.js';
import { nameAnswerQuirk, nameQuirk } from './name-quirk.js';

/** What a run may be told beside what it runs. */
export interface RunHooks {
  /** Laws that every operation is held against; each looks at the home. */
  readonly laws?: readonly Law[];
  /** Whether laws are shown the whole home before and after an operation, which takes time. */
  readonly withPictures?: boolean;
  /** Laws that layers are held against once all went well, and how many layers. */
  readonly layers?: { readonly laws: readonly LayerLaw[]; readonly max: number };
  /** When the home is compared with the model's: after every operation, or at the end alone. */
  readonly compareHome?: 'always' | 'at-end' | 'never';
  /** What is compared; everything where absent. */
  readonly compares?: ReadonlySet<Compared>;
  /** Performs an operation instead of the target's own runner, as who injects faults does. */
  perform?(operation: Operation, index: number, run: OperationRunner): Promise<Answer>;
  /** Hears of every operation that was judged. */
  judged?(operation: Operation, answer: Answer, verdict: Verdict): void;
  /** Hears of every operation in which something went wrong, and what was made of it. */
  judgedFault?(operation: Operation, judgement: FaultJudgement): void;
}

/** What a run is judged by. */
export interface Judging {
  /** In the state that the target's home is in; it is moved on. */
  readonly model: LayerStoreModel;
  /** Whose laws hold: the model's. */
  readonly profile: ProfileName;
  readonly world: World;
}

/** What became of a run. */
export interface RunResult {
  /** How many operations were judged. */
  readonly operations: number;
  /** How many of them the model could not judge. */
  readonly blind: number;
  readonly divergence?: Divergence;
  /** The model in force at the end: the one that was given, unless something went wrong. */
  readonly model?: LayerStoreModel;
  /** Whether somebody else has changed the home or its mounts, or layers changed below mounts. */
  readonly isDisturbed?: boolean;
}

/**
 * Runs a sequence on a target and on the model side by side, up to the first divergence: every
 * answer has to be one that the model allows, the home has to be as the model has it, no law may
 * be broken.
 *
 * @throws what is no failure of an operation, such as a planned crash.
 * @public
 * @since 0.1.0
 */
export async function runSequence(
  target: SequenceTarget,
  judging: Judging,
  operations: readonly Operation[],
  hooks: RunHooks = {},
): Promise<RunResult> {
  const { model } = judging;
  const run = new SequenceRun(target, judging, hooks);
  const blindBefore = model.blind;
  let done = 0;
  for (const operation of operations) {
    const divergence = await run.step(operation, done);
    done += 1;
    if (divergence !== undefined) {
      return { operations: done, blind: run.blind - blindBefore, divergence };
    }
    if (run.isOver) break;
  }
  const last = operations[done - 1];
  const divergence = last === undefined ? undefined : await run.end(last, done - 1);
  const { isDisturbed } = run;
  const result = {
    operations: done,
    blind: run.blind - blindBefore,
    model: run.model,
    isDisturbed,
  };
  return divergence === undefined ? result : { ...result, divergence };
}

class SequenceRun {
  readonly #target: SequenceTarget;
  #model: LayerStoreModel;
  readonly #profile: ProfileName;
  readonly #world: World;
  readonly #hooks: RunHooks;
  readonly #runner: OperationRunner;
  readonly #watches: readonly (readonly [law: Law, watch: LawWatch])[];
  /** The home after the last operation, where somebody has looked. */
  #view: HomeView | undefined;
  /** The same with all that is in it. */
  #picture: HomePicture | undefined;
  #mountsSeen = 0;
  #isDisturbed = false;
  /** Whether a layer was written to below a mount, of which the kernel promises nothing. */
  #isBelowMounts = false;
  #isOver = false;
  #answer: Answer = { ok: true, value: { kind: 'nothing' } };

  constructor(target: SequenceTarget, { model, profile, world }: Judging, hooks: RunHooks) {
    this.#target = target;
    this.#model = model;
    this.#profile = profile;
    this.#world = world;
    this.#hooks = hooks;
    this.#runner = new OperationRunner(target);
    this.#mountsSeen = target.mounts?.().length ?? 0;
    const laws = hooks.laws?.filter(({ profiles }) => profiles.includes(profile)) ?? [];
    this.#watches = laws.map((law) => [law, law.watch()]);
  }

  /** In force now. */
  get model(): LayerStoreModel {
    return this.#model;
  }

  /** How many operations the model in force could not judge so far. */
  get blind(): number {
    return this.#model.blind;
  }

  /** Whether there is no driver any more, so that nothing can follow. */
  get isOver(): boolean {
    return this.#isOver;
  }

  get isDisturbed(): boolean {
    return this.#isDisturbed || this.#isBelowMounts;
  }

  /** What a target skips is nothing that could be judged; what is no reply is a verdict. */
  async step(operation: Operation, index: number): Promise<Divergence | undefined> {
    try {
      return await this.#pass(operation, index, await this.#step(operation, index));
    } catch (error) {
      if (error instanceof ProtocolFault) return protocolDivergence(error, operation, index);
      if (!(error instanceof SkippedOperation)) throw error;
      return undefined;
    }
  }

  /** Lets pass what is not compared: the model follows the driver, as far as it can. */
  async #pass(
    operation: Operation,
    index: number,
    divergence: Divergence | undefined,
  ): Promise<Divergence | undefined> {
    if (divergence === undefined || isCompared(this.#hooks.compares, divergence)) return divergence;
    if (divergence.kind === 'answer') {
      const { answer } = divergence;
      const ways = this.#model.allowed(operation);
      const way = ways.find(({ failure }) => (failure === undefined) === answer.ok);
      if (way === undefined) this.#isOver = true;
      else this.#model.accept(way, answer);
      if (disturbs(operation, answer)) this.#isDisturbed = true;
      if (way === undefined || this.#hooks.compareHome !== 'always') return undefined;
      if (this.#target.hidesHome === true || this.#model.isLost) return undefined;
      return this.#pass(operation, index, await this.#compare(operation, index));
    }
    this.#isDisturbed = true;
    this.#model.resync(await this.#look());
    return undefined;
  }

  async #step(operation: Operation, index: number): Promise<Divergence | undefined> {
    const { perform } = this.#hooks;
    const { faults } = this.#target;
    if (operation.fault !== undefined && faults !== undefined) {
      return this.#stepWithFault(operation, operation.fault, faults, index);
    }
    const isWatched = this.#watches.length > 0 && this.#target.hidesHome !== true;
    const before = isWatched ? (this.#view ?? (await this.#look())) : undefined;
    const pictureBefore = this.#picture;
    this.#forget();
    const answer =
      perform === undefined
        ? await this.#runner.run(operation)
        : await perform(operation, index, this.#runner);
    this.#answer = answer;
    const verdict = this.#model.step(operation, answer);
    this.#hooks.judged?.(operation, answer, verdict);
    if (!verdict.agrees) return this.#wrongAnswer(operation, index, answer, verdict);
    if (disturbs(operation, answer)) this.#isDisturbed = true;
    if (before !== undefined && mayWriteBelow(operation, before)) this.#isBelowMounts = true;
    if (this.#target.isGone === true) this.#isOver = true;
    if (this.#target.hidesHome === true) {
      if (this.#model.isLost) this.#isOver = true;
      return undefined;
    }
    if (this.#model.isLost) {
      this.#isDisturbed = true;
      this.#model.resync(await this.#look());
    }
    const isAlways = this.#hooks.compareHome === 'always';
    const broken = isAlways ? await this.#compare(operation, index) : undefined;
    if (broken !== undefined || before === undefined) return broken;
    return this.#checkLaws(operation, index, before, pictureBefore);
  }

  async end(last: Operation, index: number): Promise<Divergence | undefined> {
    if ((this.#hooks.compareHome ?? 'at-end') !== 'at-end') return undefined;
    if (this.#target.hidesHome === true || this.#target.isGone === true) return undefined;
    return this.#pass(last, index, await this.#compare(last, index));
  }

  /** A wrong answer has not moved the model on, so that it still knows what was there before. */
  #wrongAnswer(
    operation: Operation,
    index: number,
    answer: Answer,
    { expected, rule }: Extract<Verdict, { agrees: false }>,
  ): Divergence {
    const wanted = expected.join(' or ');
    const id = operation.op === 'transfer' ? operation.to : 'id' in operation ? operation.id : '';
    const isKnown = this.#model.view().layers.some((layer) => layer.id === id);
    const named = rule ?? nameAnswerQuirk({ operation, answer, expected: wanted, isKnown });
    const kept = wanted.replaceAll(/["{[/].*$/gs, '…');
    const signature = `answer ${named} ${operation.op} ${outcomeOf(answer)} instead of ${kept}`;
    const differences = [{ subject: 'answer', expected: wanted, actual: formatAnswer(answer) }];
    return {
      kind: 'answer',
      index,
      operation,
      answer,
      rule: named,
      signature,
      differences,
      isDisturbed: this.#isDisturbed,
    };
  }

  /** Something goes wrong: laws that watch from outside have to do without this operation. */
  async #stepWithFault(
    operation: Operation,
    plan: FaultPlan,
    faults: FaultControl,
    index: number,
  ): Promise<Divergence | undefined> {
    const [target, model, runner] = [this.#target, this.#model, this.#runner];
    const subject = { target, faults, runner, model, profile: this.#profile };
    const judgement = await judgeFault(subject, operation, plan);
    this.#hooks.judgedFault?.(operation, judgement);
    const { answer, violation, isKnown, ...rest } = judgement;
    this.#answer = answer;
    this.#forget();
    this.#model = rest.model;
    this.#isOver = rest.isOver === true;
    this.#mountsSeen = target.mounts?.().length ?? 0;
    if (!rest.isClean || answer.ok) this.#isDisturbed = true;
    if (violation === undefined || isKnown === true) return undefined;
    const { signature, rule, differences } = violation;
    return {
      kind: 'fault',
      isDisturbed: this.#isDisturbed,
      index,
      operation,
      answer,
      rule,
      signature,
      differences,
    };
  }

  async #look(): Promise<HomeView> {
    if (this.#view === undefined && this.#hooks.withPictures === true) {
      this.#picture = await pictureHome(this.#target);
    }
    this.#view ??= this.#picture?.view ?? (await lookAtHome(this.#target));
    return this.#view;
  }

  #forget(): void {
    this.#view = undefined;
    this.#picture = undefined;
  }

  async #compare(operation: Operation, index: number): Promise<Divergence | undefined> {
    const differences = compareHomes(this.#model.view(), await this.#look());
    const [first] = differences;
    if (first === undefined) return undefined;
    const answer = this.#answer;
    const rule = nameQuirk(operation, answer, differences);
    const own = 'id' in operation && first.layer === operation.id ? 'own ' : '';
    const signature = `home ${rule} ${operation.op} ${outcomeOf(answer)} ${own}${first.aspect}`;
    const { aspect } = first;
    const aspects = differences.map((one) => one.aspect);
    const isDisturbed = this.#isDisturbed;
    const what = { kind: 'home', rule, signature, differences, aspect, aspects } as const;
    return { ...what, isDisturbed, index, operation, answer };
  }

  async #checkLaws(
    operation: Operation,
    index: number,
    before: HomeView,
    pictureBefore: HomePicture | undefined,
  ): Promise<Divergence | undefined> {
    const all = this.#target.mounts?.() ?? [];
    const mounts = all.slice(this.#mountsSeen);
    this.#mountsSeen = all.length;
    const after = await this.#look();
    const answer = this.#answer;
    const [isDisturbed, world] = [this.#isDisturbed, this.#world];
    const pictureAfter = this.#picture;
    const hasPictures = pictureBefore !== undefined && pictureAfter !== undefined;
    const pictures = hasPictures ? { before: pictureBefore, after: pictureAfter } : undefined;
    const seen = { operation, answer, before, after, mounts, isDisturbed, world };
    const moment = pictures === undefined ? seen : { ...seen, pictures };
    for (const [law, watch] of this.#watches) {
      const difference = watch(moment);
      if (difference === undefined) continue;
      const rule = law.quirk ?? `law ${law.name}`;
      const signature = `law ${law.name} ${operation.op} ${outcomeOf(answer)}`;
      const differences = [difference];
      const what = { kind: 'law', rule, signature, differences, isDisturbed } as const;
      const divergence = { ...what, index, operation, answer };
      if (isCompared(this.#hooks.compares, divergence)) return divergence;
    }
    return undefined;
  }
}

/** Tells whether an operation may write to a layer, and not through its mount. */
function mayWriteBelow(operation: Operation, { layers }: HomeView): boolean {
  const { op } = operation;
  if (op !== 'apply' && op !== 'transfer' && op !== 'file') return false;
  const isThrough = layers.some((it) => op === 'file' && it.id === operation.id && it.mounted);
  return !isThrough && layers.some(({ mounted }) => mounted);
}

/** A change by somebody else that fails has changed nothing, unless it takes two steps. */
function disturbs(operation: Operation, { ok }: Answer): boolean {
  if (operation.op === 'umount') return ok;
  if (operation.op !== 'tamper') return false;
  return ok || TWO_STEPS.includes(operation.part);
}

const TWO_STEPS: readonly string[] = ['diff', 'symlink', 'work'];

function outcomeOf(answer: Answer): string {
  if (answer.ok) return 'ok';
  return answer.errno === undefined ? answer.code : `${answer.code} ${answer.errno}`;
}
