import type { Operation } from '../commands/operation.js';
import type { Divergence } from '../judge/divergence.js';
import type { LayerStoreModel } from '../model/model.js';
import type { SequenceTarget } from '../targets/sequence-target.js';
import type { Concurrency } from './concurrent-case.js';
import { followSchedule } from './follow-schedule.js';
import { formatHappenings } from './format-case.js';
import { type CaseResult, runCase, type Wrong } from './run-case.js';

/** The rule that is broken where callers disturb each other. */
const RULE = 'locks';

/** What became of the concurrent part of a sequence. */
export interface JudgedCase {
  readonly operations: number;
  readonly blind: number;
  readonly divergence?: Divergence;
}

/**
 * Runs what several callers do at a time, as the schedule says, and judges it.
 *
 * @param index - how many operations came before.
 * @throws what is no failure of an operation.
 * @public
 * @since 0.1.0
 */
export async function judgeCase(
  target: SequenceTarget,
  before: LayerStoreModel,
  { callers, schedule }: Concurrency,
  index: number,
): Promise<JudgedCase> {
  const result = await runCase(target, before, { callers, choose: followSchedule(schedule) });
  const operations = callers.flat().length;
  const { wrong, isBlind } = result;
  const judged = { operations, blind: isBlind ? operations : 0 };
  if (wrong === undefined) return judged;
  return { ...judged, divergence: divergenceOf(result, wrong, callers.flat(), index, target.home) };
}

function divergenceOf(
  { history, happenings }: CaseResult,
  { how, expected, actual, aspect = '' }: Wrong,
  operations: readonly Operation[],
  index: number,
  home: string,
): Divergence {
  const sorted = [...operations].sort((a, b) => (a.op < b.op ? -1 : 1));
  const [operation = { op: 'status' } as const] = sorted;
  const names = [...new Set(sorted.map(({ op }) => op))].join(' ');
  const last = history.at(-1)?.answer ?? { ok: true, value: { kind: 'nothing' } };
  const what = `${how} ${aspect}`.trimEnd();
  return {
    kind: 'schedule',
    index,
    operation,
    answer: last,
    rule: RULE,
    signature: `schedule ${what} ${names}`,
    differences: [{ subject: SUBJECTS[how], expected, actual }],
    aspect: what,
    isDisturbed: false,
    interleaving: formatHappenings(happenings, home),
  };
}

const SUBJECTS = {
  answers: 'answers of all callers',
  home: 'the home afterwards',
  users: 'the users of a layer afterwards',
  deadlock: 'callers that wait for each other',
  endless: 'callers that do not come to an end',
} as const;
