import type { CheckReport } from './check-report.js';

/**
 * Tells in one line what came of a check.
 *
 * @internal
 */
export function verdictOf({ target, judgeProfile, faults, stale = [] }: CheckReport): string {
  const known = faults.filter(({ known: it }) => it !== undefined).length;
  const found = faults.length - known;
  const parts = [
    ...(found === 0 ? [] : [found === 1 ? 'one fault' : `${found} faults`]),
    ...(known === 0 ? [] : [`${known} known`]),
    ...(stale.length === 0 ? [] : [`${stale.length} listed as known did not happen`]),
  ];
  const told = parts.length === 0 ? '' : `: ${parts.join(', ')}`;
  const verb = found === 0 ? 'agrees with' : 'diverges from';
  return `${target} ${verb} ${judgeProfile}${told}`;
}
