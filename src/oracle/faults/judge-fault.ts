import type { ProfileName } from '../../domain/profiles/profile.js';
import type { Answer, Failure } from '../commands/answer.js';
import type { FaultPlan, Operation, SoundOperation } from '../commands/operation.js';
import type { OperationRunner } from '../commands/run-operation.js';
import { compareHomes, type HomeDifference } from '../judge/compare-homes.js';
import { type Difference, formatAnswer } from '../judge/divergence.js';
import type { LayerStoreModel } from '../model/model.js';
import type { FaultControl, FaultOutcome, SequenceTarget } from '../targets/sequence-target.js';
import { leavesWork, nameOf, ownOf, PROBE } from './fault-words.js';
import { comparePictures, type HomePicture, takePicture } from './home-picture.js';
import { findKnownViolation } from './known-violations.js';
import {
  appliedBy,
  type Ending,
  endsOfCrash,
  endsOfFailure,
  endsOfProbe,
  type PossibleEnd,
  startAgain,
} from './possible-ends.js';

/** Where an operation is made to go wrong. */
export interface FaultSubject {
  readonly target: SequenceTarget;
  readonly faults: FaultControl;
  readonly runner: OperationRunner;
  /** In the state before the operation; it is not changed. */
  readonly model: LayerStoreModel;
  /** Whose rules hold: what a profile is known to break is no divergence there. */
  readonly profile: ProfileName;
}

/** What of the rules for faults was broken, and how. */
export interface FaultViolation {
  /** Names the broken state, free of ids and numbers: `create fail: own links extra`. */
  readonly signature: string;
  /** The quirk or promise behind it where it is known; `''` else. */
  readonly rule: string;
  readonly differences: readonly Difference[];
}

/** What became of an operation in which something went wrong. */
export interface FaultJudgement {
  readonly answer: Answer;
  readonly outcome: FaultOutcome;
  /** What to go on with. */
  readonly model: LayerStoreModel;
  /** Whether the home is as if nothing had been done, or as if nothing had gone wrong. */
  readonly isClean: boolean;
  /** Whether the model could not say what had to come of it, so that nothing was judged. */
  readonly isBlind?: boolean;
  /** Absent where all is well. */
  readonly violation?: FaultViolation;
  /** Whether the profile is known to leave this state; the model knows little of it. */
  readonly isKnown?: boolean;
  /** Whether no driver is there any more, since none could be started after the crash. */
  readonly isOver?: boolean;
}

/** The answer of a process that has ended. */
const CRASHED: Failure = { ok: false, code: 'crash', message: 'the process has ended' };

/**
 * Performs an operation in which something goes wrong, and judges what it leaves: after a failure
 * the home as it was, and the error in the answer; after a crash and another start the home from
 * before or after. What else is allowed is in `docs/faults.md`, with reasons.
 *
 * @throws what is no failure of an operation.
 * @internal
 */
export async function judgeFault(
  subject: FaultSubject,
  operation: Operation,
  plan: FaultPlan,
): Promise<FaultJudgement> {
  const { target, faults, runner } = subject;
  const { fault: _fault, ...sound } = operation;
  const before = await takePicture(target.files, target.home);
  await faults.arm(plan);
  const answer = await attempt(runner, sound);
  const outcome = await faults.disarm();
  const judge = new FaultJudge(subject, sound, plan, before, outcome);
  return plan.fault === 'crash' ? judge.crash(answer) : judge.failure(answer ?? CRASHED);
}

/** Gives the answer; nothing where the process ended before there was one. */
async function attempt(
  runner: OperationRunner,
  operation: SoundOperation,
): Promise<Answer | undefined> {
  try {
    return await runner.run(operation);
  } catch (error) {
    if (error instanceof Error && error.name === 'CrashError') return undefined;
    throw error;
  }
}

class FaultJudge {
  readonly #subject: FaultSubject;
  readonly #operation: SoundOperation;
  readonly #plan: FaultPlan;
  readonly #before: HomePicture;
  readonly #outcome: FaultOutcome;

  constructor(
    subject: FaultSubject,
    operation: SoundOperation,
    plan: FaultPlan,
    before: HomePicture,
    outcome: FaultOutcome,
  ) {
    this.#subject = subject;
    this.#operation = operation;
    this.#plan = plan;
    this.#before = before;
    this.#outcome = outcome;
  }

  async failure(answer: Answer): Promise<FaultJudgement> {
    const { isHit } = this.#outcome;
    const isProbe = isHit && PROBE.test(this.#outcome.call);
    if (this.#isBlind()) {
      // What a driver could not find out it takes for impossible, until it is started again.
      return this.#follow(answer, isProbe ? await this.#restart() : undefined);
    }
    if (isProbe) return this.#probe(answer);
    if (answer.ok || !isHit) return this.#unharmed(answer);
    const ending = this.#ending();
    const problems = [...this.#errorProblems(answer)];
    let now = await this.#look();
    let ends = endsOfFailure({ ...ending, view: now.view });
    const hasLeftovers = leavesWork(now.view, this.#operation);
    if (hasLeftovers) {
      // What only the next start takes away is taken away now.
      problems.push(...startProblems(await this.#restart()));
      ends = endsOfFailure({ ...ending, view: now.view }, true);
      now = await this.#look();
    }
    const found = this.#choose(ends, now);
    problems.push(...found.problems);
    if (problems.length === 0) problems.push(...(await this.#contentProblems(found.end, now)));
    const { name, model, exception } = found.end;
    const isClean = name === 'before' && exception === undefined && !hasLeftovers;
    if (!isClean && !hasLeftovers) {
      // Trees of before may have gone or come.
      this.#subject.runner.forget();
      model.endProcess();
    }
    return this.#conclude('fail', answer, model, isClean, problems);
  }

  async crash(ended: Answer | undefined): Promise<FaultJudgement> {
    const { faults } = this.#subject;
    const { isHit } = this.#outcome;
    const answer = isHit ? undefined : ended;
    const { power } = this.#plan as Extract<FaultPlan, { fault: 'crash' }>;
    await faults.crash(power);
    const restarted = await this.#restart();
    if (this.#isBlind()) return this.#follow(answer ?? CRASHED, restarted);
    const now = await this.#look();
    const ending = { ...this.#ending(), view: now.view };
    const found = this.#choose(endsOfCrash(ending, answer), now);
    const problems = [...startProblems(restarted), ...found.problems];
    if (problems.length === 0) problems.push(...(await this.#contentProblems(found.end, now)));
    const kind = `${power === undefined ? 'killed' : 'power'}${isHit ? '' : ' after'}`;
    const judged = await this.#conclude(kind, answer ?? CRASHED, found.end.model, false, problems);
    return { ...judged, isOver: !restarted.ok };
  }

  #ending(): Omit<Ending, 'view'> {
    const { model, target } = this.#subject;
    const marksIncomplete = target.profile === 'strict';
    return { before: model, operation: this.#operation, plan: this.#plan, marksIncomplete };
  }

  /** Whether the model cannot say what the operation does with nothing going wrong. */
  #isBlind(): boolean {
    return this.#subject.model.allowed(this.#operation).some(({ blind }) => blind === true);
  }

  /** The model takes over what is there, unjudged. */
  async #follow(answer: Answer, restarted?: Answer): Promise<FaultJudgement> {
    const model = this.#subject.model.fork();
    this.#subject.runner.forget();
    if (restarted === undefined) model.endProcess();
    else startAgain(model, this.#plan);
    const unknown = model.allowed(this.#operation).find(({ blind }) => blind === true);
    if (unknown !== undefined) model.accept(unknown, answer);
    model.resync((await this.#look()).view);
    const isOver = restarted?.ok === false;
    return { answer, outcome: this.#outcome, model, isClean: false, isBlind: true, isOver };
  }

  /**
   * The driver failed to find out what the kernel can do, and took it for unable: what it answers
   * until it is started again is right and not determined.
   */
  async #probe(answer: Answer): Promise<FaultJudgement> {
    const restarted = await this.#restart();
    const now = await this.#look();
    const ending = { ...this.#ending(), view: now.view };
    const { end, problems } = this.#choose(endsOfProbe(ending, answer), now);
    const all = [...problems, ...startProblems(restarted)];
    // A naive diff says the same in other entries, and makes no whiteout for what is not there.
    const applied = appliedBy(this.#operation);
    if (applied !== '') end.model.forgetTree(applied);
    return this.#conclude('probe', answer, end.model, false, all);
  }

  /** The operation succeeded all the same, or nothing went wrong: nothing may be seen of it. */
  async #unharmed(answer: Answer): Promise<FaultJudgement> {
    const model = this.#subject.model.fork();
    const verdict = model.step(this.#operation, answer);
    const problems: Problem[] = [];
    if (!verdict.agrees) {
      const expected = verdict.expected.join(' or ');
      const difference = { subject: 'answer', expected, actual: formatAnswer(answer) };
      problems.push({ aspect: 'answer', difference });
    }
    const view = (await this.#look()).view;
    if (model.isLost) model.resync(view);
    problems.push(...compareHomes(model.view(), view).map((it) => this.#problem(it)));
    return this.#conclude('hidden', answer, model, true, problems);
  }

  /** Takes the end that explains most of what is there. */
  #choose(ends: readonly PossibleEnd[], now: HomePicture): Chosen {
    let best: Chosen | undefined;
    for (const end of ends) {
      const problems = this.#problemsOf(end, now);
      if (best === undefined || problems.length < best.problems.length) best = { end, problems };
      if (problems.length === 0) break;
    }
    if (best === undefined) throw new Error('an operation ends in some state');
    return best;
  }

  #problemsOf({ name, model, exception }: PossibleEnd, now: HomePicture): readonly Problem[] {
    const differences = compareHomes(model.view(), now.view);
    if (differences.length > 0) return differences.map((it) => this.#problem(it));
    const [own] = ownOf(this.#subject.model, this.#operation);
    const there = new Set(now.view.layers.map(({ id }) => id));
    const crashed = this.#plan.fault === 'crash';
    const isJudged = (path: string): boolean => {
      const isOwn = path === own || path.startsWith(`${own}/`);
      // A start mends what a crash has left, which the model has told already.
      if (!path.includes('/diff/') && (crashed || exception !== undefined)) return false;
      if (name === 'before') return !isUsedMount(exception, path);
      return !isOwn && path.includes('/diff/') && there.has(path.slice(0, path.indexOf('/')));
    };
    return comparePictures(this.#before, now, isJudged).map(({ path, before, after }) => {
      const aspect = `${path.startsWith(`${own}/`) ? 'own' : 'other'} content`;
      return { aspect, difference: { subject: path, expected: before, actual: after } };
    });
  }

  /** What a layer holds shows in no list of names: where it changed, its diff has to say all. */
  async #contentProblems(end: PossibleEnd, now: HomePicture): Promise<readonly Problem[]> {
    const { op } = this.#operation;
    const [own] = ownOf(this.#subject.model, this.#operation);
    if (end.name !== 'after' || (op !== 'apply' && op !== 'transfer')) return [];
    const isOwn = (path: string): boolean => path.startsWith(`${own}/diff/`);
    if (comparePictures(this.#before, now, isOwn).length === 0) return [];
    const lower = now.view.layers.find(({ id }) => id === own)?.lower?.[0];
    const parent = lower !== undefined && 'of' in lower ? lower.of : '';
    const operation = { op: 'diff', id: own, parent } as const;
    const answer = await this.#subject.runner.run(operation);
    const verdict = end.model.step(operation, answer);
    if (verdict.agrees) return [];
    const expected = verdict.expected.join(' or ');
    const difference = { subject: `${own}/diff`, expected, actual: formatAnswer(answer) };
    return [{ aspect: 'own content', difference }];
  }

  #errorProblems(answer: Failure): readonly Problem[] {
    const { model } = this.#subject;
    const { errno } = this.#plan as Extract<FaultPlan, { fault: 'fail' }>;
    // The operation may fail of its own, and say so.
    const isTold = answer.errno === errno || model.fork().step(this.#operation, answer).agrees;
    if (isTold) return [];
    const actual = formatAnswer(answer);
    return [
      { aspect: 'another error', difference: { subject: 'answer', expected: errno, actual } },
    ];
  }

  #problem(difference: HomeDifference): Problem {
    const [own, parent] = ownOf(this.#subject.model, this.#operation);
    const { layer, aspect } = difference;
    if (layer === '') return { aspect, difference };
    const whose = layer === own ? 'own' : layer === parent ? 'parent' : 'other';
    return { aspect: `${whose} ${aspect}`, difference };
  }

  async #conclude(
    kind: string,
    answer: Answer,
    model: LayerStoreModel,
    isClean: boolean,
    problems: readonly Problem[],
  ): Promise<FaultJudgement> {
    const outcome = this.#outcome;
    if (!isClean && this.#isMadeTwice()) model.loseForGood();
    if (problems.length === 0) return { answer, outcome, model, isClean };
    const aspects = [...new Set(problems.map(({ aspect }) => aspect))].sort();
    const signature = `${nameOf(this.#operation)} ${kind}: ${aspects.join(', ')}`;
    const differences = problems.map(({ difference }) => difference);
    const { profile } = this.#subject;
    const rule = findKnownViolation(signature, profile);
    const violation = { signature, rule: rule ?? '', differences };
    const isKnown = rule !== undefined && profile !== 'strict';
    if (isKnown) model.resync((await this.#look()).view, this.#subject.model);
    return { answer, outcome, model, isClean: false, violation, isKnown };
  }

  /** Q-07: two links lead to the layer then, and no look tells which of them is its own. */
  #isMadeTwice(): boolean {
    const { model, profile } = this.#subject;
    if (profile === 'strict' || this.#operation.op !== 'create') return false;
    const [own] = ownOf(model, this.#operation);
    return model.view().layers.some(({ id }) => id === own);
  }

  /** Starts another driver, which knows no trees that were given. */
  #restart(): Promise<Answer> {
    const { runner } = this.#subject;
    runner.forget();
    return runner.run({ op: 'restart', process: 'new' });
  }

  #look(): Promise<HomePicture> {
    const { target } = this.#subject;
    return takePicture(target.files, target.home);
  }
}

interface Problem {
  readonly aspect: string;
  readonly difference: Difference;
}

interface Chosen {
  readonly end: PossibleEnd;
  readonly problems: readonly Problem[];
}

function startProblems(restarted: Answer): readonly Problem[] {
  if (restarted.ok) return [];
  const actual = formatAnswer(restarted);
  const difference = { subject: 'restart', expected: 'a success', actual };
  return [{ aspect: 'no start', difference }];
}

/** A mount that came or went has touched the directory that it is the upper of. */
function isUsedMount(exception: string | undefined, path: string): boolean {
  return exception !== undefined && path.endsWith('/diff/');
}
