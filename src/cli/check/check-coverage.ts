import { coverageOf, formatCoverageTable } from '../../oracle/coverage/coverage.js';
import type { CheckReport } from '../../oracle/report/check-report.js';

/**
 * Gives what of the model a check has reached, as a table.
 *
 * @internal
 */
export function formatCoverage({ judgeProfile, cells }: CheckReport): string {
  return formatCoverageTable(judgeProfile, cells);
}

/**
 * Tells whether a check has reached every cell that can be reached.
 *
 * @internal
 */
export function isCovered({ judgeProfile, cells }: CheckReport): boolean {
  return coverageOf(judgeProfile, cells).missed.length === 0;
}
