import { utf8ByteLength } from '../../domain/utf8.js';
import type { ProfileName } from '../../domain/profiles/profile.js';
import type { MountCall } from '../../ports/mounter.js';
import type { HomeView } from '../commands/answer.js';
import type { Operation } from '../commands/operation.js';
import type { OperationRunner } from '../commands/run-operation.js';
import { comparePictures, type HomePicture, takePicture } from '../faults/home-picture.js';
import type { FaultJudgement } from '../faults/judge-fault.js';
import { type CampaignOptions, type Finding, hooksOf, runOnce } from '../judge/campaign.js';
import { formatAnswer } from '../judge/divergence.js';
import { faultKey } from '../judge/fault-key.js';
import type { RunHooks } from '../judge/run-sequence.js';
import { LayerStoreModel } from '../model/model.js';
import type { Allowed } from '../model/facts.js';
import type { SequenceTarget, SequenceTargets } from '../targets/sequence-target.js';
import type {
  AllowedAnswer,
  ChangedPath,
  FaultTrace,
  ReportedHomes,
  ReportedMount,
  ReportedPlan,
  ReportedStep,
  StepMark,
} from './fault-trace.js';
import { formatOperation, formatPlan } from './format-operation.js';
import { homeLines, layerState } from './home-lines.js';
import { shorten, tellEntry } from './tell-entry.js';

const DISK_MAX = 60;
const HOME_BYTES_MAX = 24_000;
const LINE_MAX = 160;
const ANSWER_MAX = 600;
const EMPTY: HomePicture = { view: { layers: [], links: [], strays: [] }, entries: new Map() };

/** A step while it is looked at. */
interface Seen {
  readonly told: string;
  readonly answer: string;
  mark: StepMark;
  readonly plan?: ReportedPlan;
  readonly mounts: readonly ReportedMount[];
  /** Absent until somebody has looked. */
  picture?: HomePicture;
}

/**
 * Runs the shortest sequence of a fault once more and writes down what can be seen of it. Looking
 * asks nothing of the driver.
 *
 * @throws what is no failure of an operation.
 * @internal
 */
export async function recordTrace(
  {
    targets,
    judgeProfile,
    ...rest
  }: Pick<CampaignOptions, 'compares' | 'judgeProfile' | 'seed' | 'targets'>,
  { sequence, divergence, index }: Finding,
): Promise<FaultTrace> {
  const recorder = new TraceRecorder(targets, judgeProfile, sequence.concurrency !== undefined);
  const hooks: RunHooks = {
    ...hooksOf({ ...rest, targets }, index),
    perform: recorder.perform,
    judged: recorder.judged,
    judgedFault: recorder.judgedFault,
  };
  const run = await runOnce({ targets: recorder.targets, judgeProfile }, sequence, hooks);
  const isSame = run.divergence !== undefined && faultKey(run.divergence) === faultKey(divergence);
  return recorder.trace(isSame);
}

class TraceRecorder {
  /** The same targets, but that a home is looked at before it is removed. */
  readonly targets: SequenceTargets;
  readonly #profile: ProfileName;
  readonly #pageSize: number;
  /** Whether several callers do something at a time in the end. */
  readonly #hasCallers: boolean;
  readonly #seen: Seen[] = [];
  #model: LayerStoreModel | undefined;
  #target: SequenceTarget | undefined;
  #first: HomePicture = EMPTY;
  #last: HomePicture = EMPTY;
  #mountsSeen = 0;
  #allowed: readonly AllowedAnswer[] = [];

  constructor(targets: SequenceTargets, profile: ProfileName, hasCallers: boolean) {
    this.#profile = profile;
    this.#hasCallers = hasCallers;
    this.#pageSize = targets.world.pageSize;
    const own = { make: this.#make(targets), remove: this.#remove(targets) };
    // A kind of target may have more than the interface says, some of it in private fields.
    this.targets = new Proxy(targets, {
      get(all, name) {
        if (name === 'make' || name === 'remove') return own[name];
        const value: unknown = Reflect.get(all, name);
        return typeof value === 'function' ? (value.bind(all) as unknown) : value;
      },
    });
  }

  readonly perform = async (
    operation: Operation,
    _index: number,
    runner: OperationRunner,
  ): ReturnType<OperationRunner['run']> => {
    await this.#settle();
    const model = this.#model;
    const allowed = model?.allowed(operation) ?? [];
    this.#allowed = allowed.some(({ blind }) => blind === true) ? [] : allowed.map(tellAllowed);
    const answer = await runner.run(operation);
    const picture = await this.#look();
    model?.step(operation, answer);
    if (model?.isLost === true) model.resync(picture.view);
    const told = formatOperation(operation);
    const step = { told, answer: shorten(formatAnswer(answer), ANSWER_MAX) };
    this.#seen.push({ ...step, mark: 'diverges', mounts: this.#newMounts(), picture });
    return answer;
  };

  readonly judged: NonNullable<RunHooks['judged']> = (_operation, _answer, verdict) => {
    const step = this.#seen.at(-1);
    if (step === undefined || !verdict.agrees) return;
    step.mark = verdict.blind ? 'not judged' : 'as allowed';
  };

  readonly judgedFault = (operation: Operation, judgement: FaultJudgement): void => {
    const { fault, ...sound } = operation;
    if (fault === undefined) return;
    const { answer, outcome, model } = judgement;
    this.#model = model.fork();
    this.#allowed = [];
    const { at, fault: kind } = fault;
    this.#seen.push({
      told: formatOperation(sound),
      answer: shorten(formatAnswer(answer), ANSWER_MAX),
      mark: 'gone wrong',
      plan: { told: formatPlan(fault), fault: kind, at, call: outcome.call },
      mounts: this.#newMounts(),
    });
  };

  /** What callers do at a time is told by the interleaving; here it is one step. */
  #addCallers(): void {
    const step = { told: 'several callers at a time', answer: '', mounts: [] };
    this.#seen.push({ ...step, mark: 'diverges', picture: this.#last });
    this.#allowed = [];
    this.#model = undefined;
  }

  trace(isSame: boolean): FaultTrace {
    if (this.#hasCallers) this.#addCallers();
    const steps: ReportedStep[] = [];
    let before = this.#first;
    let beforeLast = this.#first;
    for (const { picture = this.#last, ...step } of this.#seen) {
      steps.push({ ...step, changed: changedStates(before.view, picture.view) });
      [beforeLast, before] = [before, picture];
    }
    const last = steps.at(-1);
    if (isSame && last !== undefined) steps.splice(-1, 1, { ...last, mark: 'diverges' });
    const changes = comparePictures(beforeLast, before, () => true);
    const disk = changes.slice(0, DISK_MAX).map(tellChange);
    return {
      isSame,
      steps,
      homes: homesOf(beforeLast.view, this.#model?.view(), before.view),
      allowed: this.#allowed,
      disk,
      diskLeftOut: changes.length - disk.length,
      pageSize: this.#pageSize,
    };
  }

  #make(targets: SequenceTargets): SequenceTargets['make'] {
    return async (...request) => {
      const target = await targets.make(...request);
      this.#target = target;
      this.#mountsSeen = target.mounts?.().length ?? 0;
      const world = { ...targets.world, home: target.home };
      this.#model = new LayerStoreModel(this.#profile, world);
      this.#first = await this.#look();
      return target;
    };
  }

  #remove(targets: SequenceTargets): SequenceTargets['remove'] {
    return async (target) => {
      try {
        // Laws of layers have made others by now; nobody looks again unless it is needed.
        const last = this.#seen.at(-1);
        const picture = this.#hasCallers ? undefined : last?.picture;
        this.#last = picture ?? (await this.#look());
      } finally {
        await targets.remove(target);
      }
    };
  }

  /** What was done to a driver from outside is looked at before the next operation. */
  async #settle(): Promise<void> {
    const last = this.#seen.at(-1);
    if (last !== undefined && last.picture === undefined) last.picture = await this.#look();
  }

  async #look(): Promise<HomePicture> {
    const target = this.#target;
    return target === undefined ? EMPTY : takePicture(target.files, target.home);
  }

  #newMounts(): readonly ReportedMount[] {
    const all = this.#target?.mounts?.() ?? [];
    const mounts = all.slice(this.#mountsSeen).map(tellMount);
    this.#mountsSeen = all.length;
    return mounts;
  }
}

function tellMount({ target, cwd, flags, data }: MountCall): ReportedMount {
  const dataBytes = utf8ByteLength(data);
  return { target, ...(cwd === undefined ? {} : { cwd }), flags, data, dataBytes };
}

function tellAllowed({ failure }: Allowed): AllowedAnswer {
  return failure === undefined ? { ok: true } : { ok: false, ...failure };
}

function tellChange({ path, before, after }: ChangedPath): ChangedPath {
  return { path, before: tellEntry(before), after: tellEntry(after) };
}

function changedStates(before: HomeView, after: HomeView): Record<string, string> {
  const old = new Map(before.layers.map((layer) => [layer.id, layerState(layer)]));
  const changed = new Map<string, string>();
  for (const layer of after.layers) {
    const state = layerState(layer);
    if (old.get(layer.id) !== state) changed.set(layer.id, state);
    old.delete(layer.id);
  }
  for (const id of old.keys()) changed.set(id, '');
  return Object.fromEntries(changed);
}

function homesOf(before: HomeView, expected: HomeView | undefined, after: HomeView): ReportedHomes {
  const homes = {
    before: homeLines(before),
    ...(expected === undefined ? {} : { expected: homeLines(expected) }),
    after: homeLines(after),
  };
  const { length } = [homes.before, homes.expected ?? [], homes.after].flat().join('\n');
  if (length <= HOME_BYTES_MAX) return homes;
  const cut = (lines: readonly string[]): readonly string[] =>
    lines.map((line) => shorten(line, LINE_MAX));
  return {
    before: cut(homes.before),
    ...(homes.expected === undefined ? {} : { expected: cut(homes.expected) }),
    after: cut(homes.after),
    isCut: true,
  };
}
