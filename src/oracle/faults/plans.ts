import type { FaultPlan, PowerLoss } from '../commands/operation.js';
import { ERRNOS, SUBSETS_OF_MAX } from './alphabet.js';

/** How many subsets of more pending writes than are tried one by one. */
const SAMPLED = 64;

/**
 * Gives what can go wrong at each call of an operation: every errno, and the end of the process.
 *
 * @param calls - how many calls there are; a crash may come after the last.
 * @internal
 */
export function plansOf(calls: number): readonly FaultPlan[] {
  const plans: FaultPlan[] = [];
  for (let at = 1; at <= calls; at++) {
    for (const errno of ERRNOS) plans.push({ fault: 'fail', at, errno });
  }
  for (let at = 1; at <= calls + 1; at++) plans.push({ fault: 'crash', at });
  return plans;
}

/**
 * Gives the losses of power at one call: each subset of what was not synced is lost, new files
 * empty or gone.
 *
 * @param pending - what was not synced, as a first loss has told.
 * @internal
 */
export function lossesAt(at: number, pending: readonly string[]): readonly FaultPlan[] {
  const files = pending.filter((write) => !write.includes(' -> ')).length;
  const ends: readonly PowerLoss['newFiles'][] = files > 0 ? ['emptied', 'removed'] : ['emptied'];
  const subsets = pending.length <= SUBSETS_OF_MAX ? all(pending.length) : some(pending.length);
  return subsets.flatMap((lost) =>
    (lost.length === 0 ? ends.slice(0, 1) : ends).map((newFiles) => ({
      fault: 'crash' as const,
      at,
      power: { lost, newFiles },
    })),
  );
}

function all(count: number): readonly (readonly number[])[] {
  return Array.from({ length: 2 ** count }, (_, bits) => membersOf(BigInt(bits), count));
}

/** None, all, each alone, all but each, and others by a fixed rule. */
function some(count: number): readonly (readonly number[])[] {
  const whole = (1n << BigInt(count)) - 1n;
  const chosen = new Set([0n, whole]);
  for (let i = 0n; i < BigInt(count); i++) chosen.add(1n << i).add(whole ^ (1n << i));
  for (let i = 1n; chosen.size < SAMPLED + 2 * count; i++) chosen.add((i * MIX) & whole);
  return [...chosen].map((bits) => membersOf(bits, count));
}

/** An odd number without pattern, so that its multiples take on every bit. */
const MIX = 0x9e3779b97f4a7c15n;

function membersOf(bits: bigint, count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => i).filter(
    (i) => ((bits >> BigInt(i)) & 1n) === 1n,
  );
}
