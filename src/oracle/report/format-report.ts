import { QUIRKS } from '../../domain/profiles/quirk.js';
import type { Difference, Divergence } from '../judge/divergence.js';
import { LAWS, LAYER_LAWS } from '../judge/laws/all-laws.js';
import type { CheckReport, ReportedFault } from './check-report.js';
import { formatOperation } from './format-operation.js';
import { printable } from './printable.js';

const DIFFERENCES_MAX = 12;
/** The rule that is broken where callers disturb each other. */
const LOCKS = 'locks';

/**
 * Tells what was found: for each fault what broke first, the shortest sequence, expected and
 * actual, the rule, and how to see it again.
 *
 * @public
 * @since 0.1.0
 */
export function formatReport(report: CheckReport): string {
  const { target, judgeProfile, sequences, operations, seconds, blind, faults } = report;
  const work = `${sequences} sequences, ${operations} operations in ${seconds.toFixed(1)} s`;
  const told = blind === 0 ? work : `${work}, ${blind} operations beyond the model`;
  const left = formatSkips(report);
  if (faults.length === 0) return `${left}${target} agrees with ${judgeProfile}: ${told}\n`;
  const parts = faults.map((fault, i) => formatFault(report, fault, i + 1));
  const count = faults.length === 1 ? 'one fault' : `${faults.length} faults`;
  return `${parts.join('\n')}\n${left}${target} diverges from ${judgeProfile}: ${count}; ${told}\n`;
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
  const last = steps.at(-1) ?? '';
  const [first] = differences;
  const broke = first === undefined ? '' : `: ${first.subject} is not as it has to be`;
  const lines = [
    `${number}. ${target} diverges from ${judgeProfile} after "${last}"${broke}`,
    ...(rule === '' ? [] : [`   rule: ${describeRule(rule)}`]),
    `   shortest sequence, seen in ${count} of the sequences:`,
    ...steps.map((step, i) => `     ${i + 1}. ${step}`),
    ...interleaving.map((line) => `     ${line}`),
    `   the last one ${answer}`,
    ...differences.slice(0, DIFFERENCES_MAX).flatMap(formatDifference),
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

function formatDifference({ subject, expected, actual }: Difference): readonly string[] {
  return [`     ${subject}`, `       - expected ${expected}`, `       + actual   ${actual}`];
}

function describeRule(rule: string): string {
  const quirk = QUIRKS.find(({ id }) => id === rule);
  if (quirk !== undefined) return `${rule} (${quirk.title})`;
  if (rule === LOCKS) return `${rule} (callers are kept apart: docs/profiles.md, Locks)`;
  const law = [...LAWS, ...LAYER_LAWS].find(({ name }) => rule === `law ${name}`);
  return law === undefined ? rule : `${rule} (${law.says})`;
}
