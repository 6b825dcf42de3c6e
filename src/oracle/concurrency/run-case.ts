import type { Answer, HomeView } from '../commands/answer.js';
import { lookAtHome } from '../commands/look-at-home.js';
import type { Operation } from '../commands/operation.js';
import { OperationRunner } from '../commands/run-operation.js';
import { compareHomes, type HomeDifference } from '../judge/compare-homes.js';
import { formatAnswer } from '../judge/divergence.js';
import type { LayerStoreModel } from '../model/model.js';
import { formatOperation } from '../report/format-operation.js';
import type { SequenceTarget } from '../targets/sequence-target.js';
import { idsOf } from './chains.js';
import type { Happening, Occurrence } from './concurrent-case.js';
import { afterAnswer, linearize, thatLookLike } from './linearize.js';
import { type Choose, type Made, type TurnsEnd, TurnTaking } from './turn-taking.js';

/** More calls than that make a run endless. */
const STEPS_MAX = 20_000;
/** More users than a layer gets in any case. */
const PUTS_MAX = 8;

/** What callers do at a time, and who goes on when. */
export interface CaseToRun {
  readonly callers: readonly (readonly Operation[])[];
  readonly choose: Choose;
  readonly made?: Made;
}

/** In what a history is wrong. */
export interface Wrong {
  /** The callers wait for each other, never end, or answered what no order of them answers. */
  readonly how: 'deadlock' | 'endless' | 'answers' | 'home' | 'users';
  readonly expected: string;
  readonly actual: string;
  /** What kind of difference of a home comes first. */
  readonly aspect?: string;
}

/** What came of a case. */
export interface CaseResult {
  readonly end: TurnsEnd;
  readonly history: readonly Occurrence[];
  readonly happenings: readonly Happening[];
  /** Absent where the history is right, or was given up. */
  readonly wrong?: Wrong;
  /** Whether the model could not follow. */
  readonly isBlind: boolean;
}

/**
 * Runs several callers of one driver at a time and judges what they were answered: there has to be
 * an order of their operations in which a driver that serves one caller at a time gives these
 * answers and leaves this home; and it has to go on as that one would, which shows what it counts.
 *
 * @param before - the state that the target's home is in.
 * @throws what is no failure of an operation; an Error for a target whose calls cannot wait.
 * @public
 * @since 0.1.0
 */
export async function runCase(
  target: SequenceTarget,
  before: LayerStoreModel,
  { callers, choose, made }: CaseToRun,
): Promise<CaseResult> {
  const { turns } = target;
  if (turns === undefined) throw new Error(`calls of ${target.name} cannot wait for their turn`);
  const taking = new TurnTaking(turns, STEPS_MAX, made);
  const runner = new OperationRunner(target);
  const history: Occurrence[] = [];
  let moment = 0;
  const work = (operations: readonly Operation[], caller: number) => async (): Promise<void> => {
    for (const operation of operations) {
      await taking.begin(caller, () => formatOperation(operation));
      const began = moment++;
      const answer = await runner.run(operation);
      history.push({ caller, operation, answer, began, ended: moment++ });
      taking.answered(caller, () => formatAnswer(answer));
    }
  };
  const { end, waiting } = await taking.run(callers.map(work), choose);
  const result = { end, history, happenings: taking.happenings, isBlind: false };
  if (end === 'given up') return result;
  if (end !== 'done') {
    const told = [...waiting].map(([caller, call]) => `caller ${caller + 1} waits for ${call}`);
    return { ...result, wrong: { how: end, expected: 'an end', actual: told.join('; ') } };
  }
  const { wrong, isBlind } = await judge(target, runner, before, history);
  return { ...result, isBlind, ...(wrong === undefined ? {} : { wrong }) };
}

interface Judged {
  readonly wrong?: Wrong;
  readonly isBlind: boolean;
}

async function judge(
  target: SequenceTarget,
  runner: OperationRunner,
  before: LayerStoreModel,
  history: readonly Occurrence[],
): Promise<Judged> {
  const ordered = linearize(before, history);
  if (ordered.length === 0) return { wrong: wrongAnswers(history), isBlind: false };
  const home = await lookAtHome(target);
  const models = thatLookLike(ordered, home);
  if (models.length === 0) return { wrong: wrongHome('home', ordered, home), isBlind: false };
  if (models.some(({ isLost, blind }) => isLost || blind > before.blind)) return { isBlind: true };
  return goOn(target, runner, models, history);
}

/** Uses each layer once more and puts it until it is unmounted, which shows its users. */
async function goOn(
  target: SequenceTarget,
  runner: OperationRunner,
  begun: readonly LayerStoreModel[],
  history: readonly Occurrence[],
): Promise<Judged> {
  let models = begun;
  const named = history.flatMap(({ operation }) => idsOf(operation));
  for (const id of new Set(named.filter((it) => it !== 'all'))) {
    let isMounted = true;
    for (let turn = 0; turn <= PUTS_MAX && (isMounted || turn < 2); turn++) {
      const operation: Operation = { op: turn === 0 ? 'get' : 'put', id };
      const answer = await runner.run(operation);
      const answered = afterAnswer(models, operation, answer);
      if (answered.length === 0) return { wrong: wrongUsers(operation, answer), isBlind: false };
      if (answered.some(({ isLost }) => isLost)) return { isBlind: true };
      const home = await lookAtHome(target);
      models = thatLookLike(answered, home);
      if (models.length === 0) return { wrong: wrongHome('users', answered, home), isBlind: false };
      isMounted = home.layers.some((layer) => layer.id === id && layer.mounted);
    }
  }
  return { isBlind: false };
}

function wrongAnswers(history: readonly Occurrence[]): Wrong {
  const told = history.map(
    ({ caller, operation, answer }) =>
      `caller ${caller + 1}: ${formatOperation(operation)} ${formatAnswer(answer)}`,
  );
  const expected = 'answers that some order of the operations gives';
  return { how: 'answers', expected, actual: told.join('; ') };
}

function wrongUsers(operation: Operation, answer: Answer): Wrong {
  const actual = `${formatOperation(operation)}, afterwards, ${formatAnswer(answer)}`;
  return { how: 'users', expected: 'an answer that follows from an order of them', actual };
}

/** Tells in what a home differs from that of the order that comes closest. */
function wrongHome(
  how: 'home' | 'users',
  models: readonly LayerStoreModel[],
  home: HomeView,
): Wrong {
  let closest: readonly HomeDifference[] | undefined;
  for (const model of models) {
    const differences = compareHomes(model.view(), home);
    if (closest === undefined || differences.length < closest.length) closest = differences;
  }
  const all = closest ?? [];
  const expected = all.map(({ subject, expected: it }) => `${subject}: ${it}`).join('; ');
  const actual = all.map(({ subject, actual: it }) => `${subject}: ${it}`).join('; ');
  return { how, expected, actual, aspect: all[0]?.aspect ?? '' };
}
