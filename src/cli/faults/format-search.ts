import { MOBY_2019_STATES } from '../../oracle/faults/moby-2019-states.js';
import type { FoundViolation, SearchState } from '../../oracle/faults/search-state.js';
import { STARTS } from '../../oracle/faults/alphabet.js';
import { formatOperation } from '../../oracle/report/format-operation.js';

const DIFFERENCES_MAX = 5;
const LENGTH_MAX = Math.max(...STARTS.map(({ lengthMax }) => lengthMax));

/**
 * Tells whether a search found what it must: in strict nothing, in moby-2019 what is known of it;
 * where it covered everything, all of that.
 *
 * @internal
 */
export function isFaultless(state: SearchState): boolean {
  return unknown(state).length === 0 && missing(state).length === 0;
}

/** Gives what a search found, as a person reads it. */
export function formatSearch(state: SearchState): string {
  const { profile, visited, seconds, violations, paths } = state;
  const lines: string[] = [];
  for (const [signature, violation] of unknown(state)) lines.push(...tell(signature, violation));
  for (const signature of missing(state))
    lines.push(`known of ${profile}, not found: ${signature}`);
  const rate = Math.round(visited / Math.max(seconds, 1));
  const known = violations.size - unknown(state).length;
  const told = known === 0 ? '' : `, ${known} kinds of violations that are known`;
  const result = isFaultless(state)
    ? 'no violation'
    : `${lines.length === 0 ? 0 : unknown(state).length} kinds of violations`;
  lines.push(
    `${profile}: ${result}${told}; ${visited} states after a fault, from ${paths.length} before, ` +
      `in ${seconds.toFixed(0)} s, ${rate} a second`,
  );
  return `${lines.join('\n')}\n`;
}

/** Gives what a search found, as data. */
export function documentOf(state: SearchState): object {
  const { profile, lengthMax, shard, visited, seconds, violations, paths, pairs } = state;
  return {
    profile,
    length: lengthMax,
    shard,
    states: paths.length,
    operations: pairs.length,
    visited,
    seconds,
    agrees: isFaultless(state),
    missing: missing(state),
    violations: [...violations]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([signature, violation]) => ({ signature, ...violation })),
  };
}

function unknown({ violations }: SearchState): readonly (readonly [string, FoundViolation])[] {
  // Known differences that come together as they never did are new, too.
  return [...violations].filter(
    ([signature, { isKnown }]) => !isKnown || !MOBY_2019_STATES.includes(signature),
  );
}

function missing({ profile, lengthMax, shard, violations }: SearchState): readonly string[] {
  const isWhole = lengthMax >= LENGTH_MAX && shard.of === 1;
  if (profile !== 'moby-2019' || !isWhole) return [];
  return MOBY_2019_STATES.filter((it) => !violations.has(it));
}

function tell(signature: string, violation: FoundViolation): readonly string[] {
  const { operations, plan, call, rule, count, differences } = violation;
  const last = operations.length - 1;
  const steps = operations.map((operation, i) => {
    const fault = plan === undefined || i !== last ? {} : { fault: plan };
    return `  ${i + 1}. ${formatOperation({ ...operation, ...fault })}`;
  });
  return [
    `${signature}, ${count} times${rule === '' ? '' : ` (${rule})`}`,
    ...steps,
    ...(call === '' ? [] : [`  the call: ${call}`]),
    ...differences
      .slice(0, DIFFERENCES_MAX)
      .flatMap(({ subject, expected, actual }) => [
        `  ${subject}`,
        `    - expected ${expected}`,
        `    + actual   ${actual}`,
      ]),
    '',
  ];
}
