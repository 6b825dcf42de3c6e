import type { Difference, Divergence } from '../judge/divergence.js';
import type { CheckReport, ReportedFault } from './check-report.js';
import type { FaultTrace } from './fault-trace.js';
import { formatOperation } from './format-operation.js';
import { describeRule, headline } from './headline.js';
import { type DiffLine, diffLines, withoutSame } from './line-diff.js';
import { printable } from './printable.js';
import { verdictOf } from './verdict.js';

const DIFFERENCES_MAX = 12;
const TREE_LINES_MAX = 24;

/**
 * Tells what was found: for each fault what broke first, the shortest sequence, expected and
 * actual, the rule, and how to see it again.
 *
 * @public
 * @since 0.1.0
 */
export function formatReport(report: CheckReport): string {
  const { sequences, operations, seconds, blind, faults } = report;
  const work = `${sequences} sequences, ${operations} operations in ${seconds.toFixed(1)} s`;
  const told = blind === 0 ? work : `${work}, ${blind} operations beyond the model`;
  const left = formatSkips(report);
  const parts = faults.map((fault, i) => `${formatFault(report, fault, i + 1)}\n`);
  const ending = report.interrupted === true ? ', interrupted' : '';
  const stale = (report.stale ?? []).map(({ rule, pattern }) => {
    return `${printable(`listed as known, and did not happen: ${rule} ${pattern}`)}\n`;
  });
  const mark = faults.length + stale.length === 0 ? ':' : ';';
  const last = `${verdictOf(report)}${mark} ${told}${ending}`;
  return `${parts.join('')}${left}${stale.join('')}${last}\n`;
}

/** Tells what was left out, a line each. */
function formatSkips({ skipped = [] }: CheckReport): string {
  return skipped.map(({ what, reason }) => `${printable(`skipped ${what}: ${reason}`)}\n`).join('');
}

/**
 * Tells one fault.
 *
 * @internal
 */
export function formatFault(
  { target, judgeProfile }: Pick<CheckReport, 'target' | 'judgeProfile'>,
  fault: ReportedFault,
  number: number,
): string {
  const { steps, differences, answer, rule, count, replay, interleaving = [] } = fault;
  const { known, trace, compared } = fault;
  const lines = [
    `${number}. ${target} diverges from ${judgeProfile} ${headline(fault)}`,
    ...(known === undefined ? [] : [`   known: ${known.reason} ${known.link ?? ''}`.trimEnd()]),
    ...(rule === '' ? [] : [`   rule: ${describeRule(rule)}`]),
    ...(compared === undefined ? [] : [`   compared: ${compared}`]),
    `   shortest sequence, seen in ${count} of the sequences:`,
    ...steps.map((step, i) => `     ${i + 1}. ${step}`),
    ...interleaving.map((line) => `     ${line}`),
    `   the last one ${answer}`,
    ...differences.slice(0, DIFFERENCES_MAX).flatMap(formatDifference),
    ...(trace === undefined ? [] : formatTree(trace)),
    `   replay: overlay2-ref replay ${replay}`,
  ];
  return `${lines.map(printable).join('\n')}\n`;
}

/**
 * Tells how a run diverged, without the sequence.
 *
 * @internal
 */
export function formatDivergence(divergence: Divergence): string[] {
  const { rule, index, operation, differences, interleaving } = divergence;
  const what =
    interleaving === undefined ? formatOperation(operation) : 'several callers at a time';
  return [
    ...(interleaving ?? []),
    `diverges at step ${index + 1}, ${what}`,
    ...(rule === '' ? [] : [`  rule: ${describeRule(rule)}`]),
    ...differences.slice(0, DIFFERENCES_MAX).flatMap(formatDifference),
  ];
}

/** Tells where the home is not as it has to be, as a tree. */
function formatTree({ homes: { expected, after } }: FaultTrace): readonly string[] {
  if (expected === undefined) return [];
  const lines = withoutSame(diffLines(expected, after));
  if (lines.length === 0) return [];
  const left = lines.length - TREE_LINES_MAX;
  return [
    '   the home, - as it has to be, + as it is:',
    ...lines.slice(0, TREE_LINES_MAX).map(({ mark, text }: DiffLine) => `     ${mark} ${text}`),
    ...(left > 0 ? [`     and ${left} lines more`] : []),
  ];
}

function formatDifference({ subject, expected, actual }: Difference): readonly string[] {
  return [`     ${subject}`, `       - expected ${expected}`, `       + actual   ${actual}`];
}
