import { describeMend, type StoreReport } from '../../composition.js';
import { oneLine } from '../failure.js';
import { type FsckFinding, SEVERITIES } from './finding.js';

/** So many findings of a rule are told in full; the rest are counted. */
const SHOWN_MAX = 20;

/**
 * Gives a report as text: each finding with where, what, what it will cause and the mend.
 *
 * @param showsAll - whether every finding is told however many a rule has.
 * @internal
 */
export function formatFindings(
  report: StoreReport,
  findings: readonly FsckFinding[],
  showsAll: boolean,
): string {
  const lines: string[] = [];
  const shown = new Map<string, number>();
  for (const finding of findings) {
    const count = (shown.get(finding.rule) ?? 0) + 1;
    shown.set(finding.rule, count);
    if (showsAll || count <= SHOWN_MAX) lines.push(...formatFinding(finding));
  }
  for (const [rule, count] of shown) {
    if (showsAll || count <= SHOWN_MAX) continue;
    lines.push(`${rule}: ${count - SHOWN_MAX} more; --all or --json shows them`);
  }
  return [...lines, summaryOf(report, findings), ''].join('\n');
}

function formatFinding(finding: FsckFinding): readonly string[] {
  const { severity, rule, quirk, path, found, effect, remedy, mend } = finding;
  const number = quirk === undefined ? '' : ` (${quirk})`;
  const mending = mend === undefined ? `by hand: ${remedy}` : describeMend(mend);
  return [
    `${severity.padEnd(7)}  ${oneLine(path)}: ${oneLine(found)}`,
    `         rule    ${rule}${number}`,
    `         causes  ${effect}`,
    `         mend    ${oneLine(mending)}`,
  ];
}

function summaryOf(
  { home, layers, mounted }: StoreReport,
  findings: readonly FsckFinding[],
): string {
  const counts = SEVERITIES.map((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    return count === 0 ? '' : `${count} ${severity}${count > 1 && severity !== 'info' ? 's' : ''}`;
  }).filter((text) => text !== '');
  const found = counts.length === 0 ? 'nothing wrong' : counts.join(', ');
  return `${oneLine(home)}: ${layers} layers, ${mounted.length} mounted: ${found}`;
}
