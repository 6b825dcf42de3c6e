import type { ProfileName } from '../../domain/profiles/profile.js';
import { reachableCells, UNREACHABLE_CELLS } from './cells.js';

/** What of the model was reached. */
export interface Coverage {
  /** Cells with how often they were reached, in order; 0 for one that was missed. */
  readonly cells: readonly (readonly [cell: string, count: number])[];
  readonly missed: readonly string[];
  /** Cells that were reached and that nobody has listed. */
  readonly unlisted: readonly string[];
}

/**
 * Compares what was reached with what can be.
 *
 * @param counts - how often each cell was reached.
 * @public
 * @since 0.1.0
 */
export function coverageOf(
  profile: ProfileName,
  counts: Readonly<Record<string, number>>,
): Coverage {
  const reachable = reachableCells(profile);
  const cells = reachable.map((cell) => [cell, counts[cell] ?? 0] as const);
  return {
    cells,
    missed: cells.filter(([, count]) => count === 0).map(([cell]) => cell),
    unlisted: Object.keys(counts).filter((cell) => isJudged(cell) && !reachable.includes(cell)),
  };
}

/**
 * Gives coverage as a table: cell, count; then what was missed, what cannot be reached and why.
 *
 * @public
 * @since 0.1.0
 */
export function formatCoverageTable(
  profile: ProfileName,
  counts: Readonly<Record<string, number>>,
): string {
  const { cells, missed, unlisted } = coverageOf(profile, counts);
  const width = Math.max(...cells.map(([cell]) => cell.length));
  const share = ((100 * (cells.length - missed.length)) / cells.length).toFixed(1);
  const unjudged = Object.entries(counts).filter(([cell]) => !isJudged(cell));
  return [
    ...cells.map(([cell, count]) => `${cell.padEnd(width)}  ${count === 0 ? 'MISSED' : count}`),
    ...unlisted.map((cell) => `${cell.padEnd(width)}  ${counts[cell] ?? 0}, not listed`),
    ...unjudged.map(([cell, count]) => `${cell.padEnd(width)}  ${count}, not judged`),
    ...UNREACHABLE_CELLS.filter(({ profiles }) => profiles.includes(profile)).map(
      ({ cell, why }) => `${cell.padEnd(width)}  cannot be reached: ${why}`,
    ),
    `${cells.length - missed.length} of ${cells.length} cells reached (${share} %)`,
    '',
  ].join('\n');
}

function isJudged(cell: string): boolean {
  return !cell.endsWith(': any');
}
