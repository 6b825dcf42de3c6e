import type { FaultPlan } from '../commands/operation.js';
import { formatOperation } from '../report/format-operation.js';
import type { SequenceTargets } from '../targets/sequence-target.js';
import { ALPHABET, STARTS } from './alphabet.js';
import type { FaultViolation } from './judge-fault.js';
import { lossesAt, plansOf } from './plans.js';
import { type FoundViolation, runOf, type SearchPath, type SearchState } from './search-state.js';
import { type FaultyRun, reach, tryFault } from './try-fault.js';

/** What a search is told while it runs. */
export interface SearchControl {
  /** Asked often; what is half done when it says so is done again by the next one. */
  isOver(): boolean;
  /** Hears how far it is, often. */
  progress?(state: SearchState, doing: string): Promise<void>;
}

/**
 * Goes on with a search: first it looks at every sequence with nothing going wrong, and takes those
 * that reach the same state for one; then everything goes wrong in the last operation of each,
 * since the earlier ones are the last of shorter sequences.
 *
 * @param state - moved on.
 * @returns whether the whole space was covered.
 * @throws what is no failure of an operation.
 * @internal
 */
export async function search(
  targets: SequenceTargets,
  state: SearchState,
  control: SearchControl,
): Promise<boolean> {
  while (state.explored < state.paths.length) {
    const path = state.paths[state.explored];
    if (path === undefined || control.isOver()) return false;
    await explore(targets, state, path, control);
    state.explored += 1;
  }
  while (state.done < state.pairs.length) {
    const isOurs = isOfShard(state, state.done);
    if (control.isOver() || (isOurs && !(await inject(targets, state, control)))) return false;
    state.done += 1;
  }
  return true;
}

function isOfShard({ shard }: SearchState, at: number): boolean {
  return at % shard.of === shard.index - 1;
}

/** Tries every operation in one state. */
async function explore(
  targets: SequenceTargets,
  state: SearchState,
  path: SearchPath,
  control: SearchControl,
): Promise<void> {
  const { start, prefix } = path;
  const lengthMax = Math.min(state.lengthMax, STARTS[start]?.lengthMax ?? 0);
  for (const operation of ALPHABET.keys()) {
    const run = runOf(path, operation);
    await control.progress?.(state, describe(run));
    const { digest, calls, violation } = await reach(targets, run);
    if (violation !== undefined) noteViolation(state.violations, run, violation);
    if (calls > 0) state.pairs.push({ start, prefix, operation, calls });
    const isEnd = violation !== undefined || prefix.length + 1 >= lengthMax;
    if (isEnd || state.digests.has(digest)) continue;
    state.digests.add(digest);
    state.paths.push({ start, prefix: [...prefix, operation] });
  }
}

/** Lets everything go wrong in one operation; false where it was ended before. */
async function inject(
  targets: SequenceTargets,
  state: SearchState,
  control: SearchControl,
): Promise<boolean> {
  const pair = state.pairs[state.done];
  if (pair === undefined) return false;
  const run = runOf(pair, pair.operation);
  const found = new Map<string, FoundViolation>();
  let visited = 0;
  const attempt = async (plan: FaultPlan): Promise<readonly string[] | undefined> => {
    await control.progress?.({ ...state, visited: state.visited + visited }, describe(run));
    if (control.isOver()) return undefined;
    const { judgement, violation, isKnown } = await tryFault(targets, run, plan);
    visited += 1;
    const call = judgement?.outcome.call ?? '';
    if (violation !== undefined) noteViolation(found, run, violation, { plan, call, isKnown });
    return judgement?.outcome.pending ?? [];
  };
  const plans = plansOf(pair.calls);
  for (const plan of plans) if ((await attempt(plan)) === undefined) return false;
  for (let at = 1; at <= pair.calls + 1; at++) {
    const whole = { lost: 'all', newFiles: 'removed' } as const;
    const pending = await attempt({ fault: 'crash', at, power: whole });
    for (const plan of pending === undefined ? [] : lossesAt(at, pending)) {
      if ((await attempt(plan)) === undefined) return false;
    }
    if (pending === undefined) return false;
  }
  state.visited += visited;
  state.planned += plans.length;
  for (const [signature, violation] of found) addViolation(state.violations, signature, violation);
  return true;
}

function noteViolation(
  violations: Map<string, FoundViolation>,
  { prefix, operation }: FaultyRun,
  { signature, rule, differences }: FaultViolation,
  fault?: { readonly plan: FaultPlan; readonly call: string; readonly isKnown: boolean },
): void {
  addViolation(violations, signature, {
    count: 1,
    rule,
    isKnown: fault?.isKnown ?? false,
    operations: [...prefix, operation],
    ...(fault === undefined ? {} : { plan: fault.plan }),
    call: fault?.call ?? '',
    differences,
  });
}

function addViolation(
  violations: Map<string, FoundViolation>,
  signature: string,
  violation: FoundViolation,
): void {
  const known = violations.get(signature);
  const isShorter = violation.operations.length < (known?.operations.length ?? Infinity);
  const count = violation.count + (known?.count ?? 0);
  violations.set(signature, { ...(isShorter || !known ? violation : known), count });
}

const PLANS_A_CALL = plansOf(1).length;

/**
 * Tells how many runs are left, as far as one can know: losses of power are taken to be as many for
 * a call as they were so far.
 *
 * @internal
 */
export function runsLeft(state: SearchState): number {
  const { pairs, done, visited, planned } = state;
  const rate = planned === 0 ? 1 : visited / planned;
  let plans = 0;
  for (let at = done; at < pairs.length; at++) {
    const calls = isOfShard(state, at) ? (pairs[at]?.calls ?? 0) : 0;
    plans += calls * PLANS_A_CALL;
  }
  return Math.round(plans * rate);
}

function describe({ prefix, operation }: FaultyRun): string {
  return [...prefix, operation].map(formatOperation).join('; ');
}
