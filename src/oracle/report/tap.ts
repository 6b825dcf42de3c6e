import type { CheckReport, ReportedFault } from './check-report.js';
import { formatFault } from './format-report.js';
import { headline } from './headline.js';
import { printable } from './printable.js';

/**
 * Gives a report in the Test Anything Protocol, version 14: one test for the sequences that agree,
 * one for each fault, one for each that is listed and did not happen. A known fault carries TAP's
 * directive for a failure that is expected, which does not fail the run.
 *
 * @public
 * @since 0.1.0
 */
export function tapOf(report: CheckReport): string {
  const { target, judgeProfile, sequences, faults, stale = [], skipped = [] } = report;
  const judged = `${target} judged by ${judgeProfile}: ${sequences} sequences`;
  const count = 1 + faults.length + stale.length + skipped.length;
  const lines = ['TAP version 14', `1..${count}`, `ok 1 - ${plain(judged)}`];
  let number = 1;
  for (const [i, fault] of faults.entries()) lines.push(...faultLines(report, fault, i, ++number));
  for (const { rule, pattern } of stale) {
    const text = `known disagreement did not happen: ${rule} ${pattern}`;
    lines.push(`not ok ${++number} - ${plain(text)}`);
  }
  for (const { what, reason } of skipped) {
    lines.push(`ok ${++number} - ${plain(what)} # SKIP ${plain(reason)}`);
  }
  if (report.interrupted === true) lines.push('Bail out! interrupted');
  return `${lines.join('\n')}\n`;
}

function faultLines(
  report: CheckReport,
  fault: ReportedFault,
  index: number,
  number: number,
): readonly string[] {
  const { known, rule, replay, count } = fault;
  // TAP 14 has one word for what is expected to fail, and this is it: nothing here is left to do.
  const expected = known === undefined ? '' : ` # TODO ${plain(known.reason)}`;
  const text = formatFault(report, fault, index + 1).trimEnd();
  return [
    `not ok ${number} - ${plain(`${fault.fault} ${headline(fault)}`)}${expected}`,
    '  ---',
    // JSON texts are YAML texts, too.
    `  message: ${JSON.stringify(headline(fault))}`,
    `  rule: ${JSON.stringify(rule)}`,
    `  seen: ${count}`,
    `  replay: ${JSON.stringify(replay)}`,
    '  told: |-',
    ...text.split('\n').map((line) => `    ${line}`),
    '  ...',
  ];
}

/** A description ends where a directive begins. */
function plain(text: string): string {
  return printable(text).replaceAll('\\', '\\\\').replaceAll('#', '\\#');
}
