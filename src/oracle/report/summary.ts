import type { CheckReport } from './check-report.js';
import { describeRule, headline } from './headline.js';
import { printable } from './printable.js';
import { verdictOf } from './verdict.js';

const FAULTS_MAX = 50;
const WHOLE_MAX = 5;
const CELL_MAX = 160;

/**
 * Gives a report as Markdown, for the summary of a job on GitHub: the verdict, a table of faults,
 * the first of them whole.
 *
 * @public
 * @since 0.1.0
 */
export function summaryOf(report: CheckReport): string {
  const {
    agrees,
    sequences,
    operations,
    seconds,
    seed,
    shards,
    interrupted,
    skipped = [],
  } = report;
  const { faults, stale = [] } = report;
  const work = `${sequences} sequences, ${operations} operations, ${seconds.toFixed(1)} s`;
  const lines = [
    `## ${agrees ? '✅' : '❌'} ${plain(verdictOf(report))}`,
    '',
    `${work}; seed ${seed}, part ${plain(shards.join(' '))}`,
    ...(interrupted === true ? ['', '⚠️ The check was interrupted.'] : []),
    ...faultTable(report),
    ...faults
      .slice(0, WHOLE_MAX)
      .flatMap((fault, i) => [
        '',
        `<details><summary>${i + 1}. ${plain(headline(fault))}</summary>`,
        '',
        ...(fault.rule === '' ? [] : [`Rule: ${plain(describeRule(fault.rule))}`, '']),
        ...fault.steps.map((step, at) => `${at + 1}. ${plain(step)}`),
        '',
        ...fault.differences
          .slice(0, WHOLE_MAX)
          .flatMap(({ subject, expected, actual }) => [
            `- ${plain(subject)}: expected ${plain(expected)}, actual ${plain(actual)}`,
          ]),
        '',
        '```sh',
        `overlay2-ref replay ${fault.replay}`,
        '```',
        '',
        '</details>',
      ]),
    ...list(
      'Listed as known, and did not happen',
      stale,
      ({ rule, pattern }) => `${rule} ${pattern}`,
    ),
    ...list('Skipped', skipped, ({ what, reason }) => `${what}: ${reason}`),
  ];
  return `${lines.join('\n')}\n`;
}

function faultTable({ faults }: CheckReport): readonly string[] {
  if (faults.length === 0) return [];
  const rows = faults.slice(0, FAULTS_MAX).map((fault, i) => {
    const { rule, count, steps, known } = fault;
    const why = known === undefined ? '' : plain(known.reason);
    const told = [plain(headline(fault)), plain(rule), count, steps.length, why];
    return `| ${i + 1} | ${told.join(' | ')} |`;
  });
  const left = faults.length - rows.length;
  return [
    '',
    '| # | What broke | Rule | Seen | Steps | Known |',
    '|--:|---|---|--:|--:|---|',
    ...rows,
    ...(left > 0 ? ['', `And ${left} more.`] : []),
  ];
}

function list<T>(title: string, items: readonly T[], tell: (item: T) => string): readonly string[] {
  if (items.length === 0) return [];
  return ['', `### ${title}`, '', ...items.map((item) => `- ${plain(tell(item))}`)];
}

/** Escapes a text for a cell of a Markdown table, which may hold HTML, too: one line, no markup. */
function plain(text: string): string {
  const short = text.length > CELL_MAX ? `${text.slice(0, CELL_MAX)}…` : text;
  return printable(short)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\\`*_{}[\]()#+!|~@-]/g, String.raw`\$&`);
}
