import { randomUUID } from 'node:crypto';
import type { CheckReport, ReportedFault } from './check-report.js';
import { formatFault } from './format-report.js';
import { headline } from './headline.js';

const SPEC_VERSION = '1.0.0';
const MS_PER_SECOND = 1000;
const TOOL = 'overlay2-ref';

interface CtrfTest {
  readonly name: string;
  readonly status: 'passed' | 'failed' | 'skipped' | 'pending' | 'other';
  readonly duration: number;
  readonly [more: string]: unknown;
}

/**
 * Gives a report in the Common Test Report Format, as JSON: a test for the sequences that agree,
 * one that failed for each fault; a known one has the status `other`.
 *
 * @param stop - when the check ended, in milliseconds since 1970.
 * @public
 * @since 0.1.0
 */
export function ctrfOf(report: CheckReport, stop: number): string {
  const { target, profile, judgeProfile, seed, shards, seconds, interrupted = false } = report;
  const duration = Math.round(seconds * MS_PER_SECOND);
  const tests = testsOf(report, duration);
  const count = (status: CtrfTest['status']): number =>
    tests.filter((test) => test.status === status).length;
  const summary = {
    tests: tests.length,
    passed: count('passed'),
    failed: count('failed'),
    skipped: count('skipped'),
    pending: count('pending'),
    other: count('other'),
    suites: 1,
    start: Math.round(stop) - duration,
    stop: Math.round(stop),
    duration,
  };
  const environment = { extra: { target, profile, judgeProfile, seed, shards, interrupted } };
  const document = {
    reportFormat: 'CTRF',
    specVersion: SPEC_VERSION,
    reportId: randomUUID(),
    timestamp: new Date(stop).toISOString(),
    generatedBy: TOOL,
    results: { tool: { name: TOOL }, summary, tests, environment },
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

function testsOf(report: CheckReport, duration: number): readonly CtrfTest[] {
  const { target, judgeProfile, sequences, faults, stale = [], skipped = [] } = report;
  const suite = [`${target} judged by ${judgeProfile}`];
  return [
    { name: `${sequences} sequences`, status: 'passed', duration, suite },
    ...faults.map((fault, i) => testOf(report, fault, i, suite)),
    ...stale.map(({ rule, pattern, reason }) => ({
      name: `known disagreement: ${rule} ${pattern}`,
      status: 'failed' as const,
      duration: 0,
      suite,
      message: `it is listed as known (${reason}) and did not happen`,
    })),
    ...skipped.map(({ what, reason }) => ({
      name: what,
      status: 'skipped' as const,
      duration: 0,
      suite,
      message: reason,
    })),
  ];
}

function testOf(
  report: CheckReport,
  fault: ReportedFault,
  index: number,
  suite: readonly string[],
): CtrfTest {
  const { known, rule, kind, replay, count, script, steps } = fault;
  const why = known === undefined ? '' : ` (known: ${known.reason})`;
  return {
    name: fault.fault,
    status: known === undefined ? 'failed' : 'other',
    ...(known === undefined ? {} : { rawStatus: 'known' }),
    duration: 0,
    suite,
    message: `${headline(fault)}${why}`,
    trace: formatFault(report, fault, index + 1),
    snippet: script,
    tags: [kind, ...(rule === '' ? [] : [rule])],
    steps: steps.map((name, i) => {
      return { name, status: i === steps.length - 1 ? 'failed' : 'passed' };
    }),
    extra: { rule, replay: `overlay2-ref replay ${replay}`, seen: count },
  };
}
