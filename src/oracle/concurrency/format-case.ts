import { printable } from '../report/printable.js';
import type { Happening } from './concurrent-case.js';

const WIDTH_MAX = 46;
const LINES_MAX = 120;

/**
 * Tells who did what when: a column for each caller, a line for each thing that happened.
 *
 * @internal
 */
export function formatHappenings(
  happenings: readonly Happening[],
  home: string,
): readonly string[] {
  const count = Math.max(0, ...happenings.map(({ caller }) => caller + 1));
  const told = happenings.map(({ caller, what, tell }) => {
    const text = printable(tell().replaceAll(home, '~'));
    const line = what === 'begins' ? `[${text}]` : what === 'answers' ? `= ${text}` : text;
    return { caller, text: line.length > WIDTH_MAX ? `${line.slice(0, WIDTH_MAX - 1)}…` : line };
  });
  const width = Math.max(0, ...told.map(({ text }) => text.length));
  const lines = told.map(({ caller, text }) => {
    const cells = Array.from({ length: count }, (_, at) => (at === caller ? text : ''));
    return cells
      .map((cell) => cell.padEnd(width))
      .join(' | ')
      .trimEnd();
  });
  if (lines.length <= LINES_MAX) return lines;
  return [...lines.slice(0, LINES_MAX), `… ${lines.length - LINES_MAX} more`];
}
