import type { Operation } from '../commands/operation.js';
import type { Sequence } from '../commands/sequence.js';
import type { Divergence } from '../judge/divergence.js';
import type { Reproduce, Shrunk } from '../shrink/shrink-sequence.js';
import type { Concurrency, Schedule } from './concurrent-case.js';

/** A sequence with several callers that diverges, and how. */
interface Found {
  readonly sequence: Sequence & { readonly concurrency: Concurrency };
  readonly divergence: Divergence;
}

/**
 * Makes a case as small as it gets while callers still disturb each other in the same way: it
 * drops callers, then operations before and during, then parts of the schedule, then calls of the
 * parts that are left, and begins again while that helps.
 *
 * @param runsMax - it gives what it has after so many runs.
 * @internal
 */
export async function shrinkCase(
  found: Found,
  reproduce: Reproduce,
  runsMax: number,
): Promise<Shrunk> {
  let best = found;
  let runs = 0;
  const attempt = async (sequence: Found['sequence']): Promise<boolean> => {
    if (runs >= runsMax) return false;
    runs += 1;
    const divergence = await reproduce(sequence);
    if (divergence === undefined || !isSame(divergence, found.divergence)) return false;
    best = { sequence, divergence };
    return true;
  };
  const sweep = async (): Promise<boolean> => {
    for (const smaller of smallerOnes(best.sequence)) if (await attempt(smaller)) return true;
    return false;
  };
  while (await sweep());
  return { ...best, runs };
}

function isSame(one: Divergence, other: Divergence): boolean {
  return one.kind === other.kind && one.aspect === other.aspect;
}

/** Gives everything that is one step smaller, what leaves out most first. */
function* smallerOnes(sequence: Found['sequence']): Generator<Found['sequence']> {
  const { operations, concurrency } = sequence;
  const { callers, schedule } = concurrency;
  const withAll = (
    rest: readonly (readonly Operation[])[],
    parts: Schedule = schedule,
  ): Found['sequence'] => ({ ...sequence, concurrency: { callers: rest, schedule: parts } });

  if (callers.length > 2) {
    for (const gone of callers.keys()) {
      yield withAll(callers.toSpliced(gone, 1), withoutCaller(schedule, gone));
    }
  }
  for (const at of [...operations.keys()].reverse()) {
    yield { ...sequence, operations: operations.toSpliced(at, 1) };
  }
  for (const [at, own] of callers.entries()) {
    if (own.length < 2) continue;
    for (const i of own.keys()) yield withAll(callers.with(at, own.toSpliced(i, 1)));
  }
  for (const at of schedule.keys()) yield withAll(callers, schedule.toSpliced(at, 1));
  for (const [at, [caller, calls]] of schedule.entries()) {
    for (const fewer of new Set([calls >> 1, calls - 1])) {
      if (fewer > 0) yield withAll(callers, schedule.with(at, [caller, fewer]));
    }
  }
}

function withoutCaller(schedule: Schedule, gone: number): Schedule {
  return schedule.flatMap(([caller, calls]) =>
    caller === gone ? [] : [[caller > gone ? caller - 1 : caller, calls] as const],
  );
}
