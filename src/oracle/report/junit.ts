import type { CheckReport } from './check-report.js';
import { formatFault } from './format-report.js';

/**
 * Gives a report as JUnit XML: one case for the sequences that agree, one that failed for each
 * fault.
 *
 * @public
 * @since 0.1.0
 */
export function junitOf(report: CheckReport): string {
  const { target, judgeProfile, seconds, faults, sequences } = report;
  const suite = escape(`${target} judged by ${judgeProfile}`);
  const cases = faults.map((fault, i) => {
    const text = escape(`${formatFault(report, fault, i + 1)}\n${fault.script}`);
    const name = escape(fault.fault);
    const message = escape(fault.steps.at(-1) ?? '');
    return (
      `    <testcase classname="${suite}" name="${name}">\n` +
      `      <failure message="${message}">${text}</failure>\n    </testcase>`
    );
  });
  const time = `time="${seconds.toFixed(3)}"`;
  const agreeing = `    <testcase classname="${suite}" name="${sequences} sequences" ${time}/>`;
  const counts = `tests="${faults.length + 1}" failures="${faults.length}" errors="0"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts}>`,
    `  <testsuite name="${suite}" ${counts} ${time}>`,
    agreeing,
    ...cases,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
]);

/** XML knows no control characters, even escaped. */
function escape(text: string): string {
  return text
    .replaceAll(/[&<>"]/g, (character) => ENTITIES.get(character) ?? character)
    .replaceAll(/[\u0000-\u0008\u000b-\u001f\ufffe\uffff\p{Surrogate}]/gu, '\ufffd');
}
