import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { GraphDriverError } from '../domain/errors.js';
import type { CheckReport } from '../oracle/report/check-report.js';
import { formatReport } from '../oracle/report/format-report.js';
import { mergeReports, parseReport } from '../oracle/report/merge-reports.js';
import { formatCoverage, isCovered } from './check/check-coverage.js';
import { collectReports } from './check/parse-check-options.js';
import { REPORT_FORMS, type ReportFiles } from './check/report-forms.js';
import { writeReports } from './check/write-reports.js';
import { CommandExit, EXIT } from './exit-code.js';
import { writeJson, writeTo } from './output.js';
import { reportFailure } from './report-failure.js';
import type { CliStreams } from './streams.js';

const LABEL = 'overlay2-ref merge';
const STDOUT = 'standard output';

interface MergeOptions {
  readonly report?: ReportFiles;
  readonly coverage?: boolean;
  readonly json?: boolean;
}

/**
 * Adds `merge`, which adds up the reports of shards.
 *
 * @internal
 */
export function registerMerge(program: Command, streams: CliStreams): void {
  program
    .command('merge')
    .description('add up the JSON reports of shards')
    .argument('<files...>', 'what check has written with --report json=')
    .option('--coverage', 'tell what of the model was reached; fail where not all was')
    .option(
      '--report <form=file>',
      `write a report: ${REPORT_FORMS.join('=F, ')}=F`,
      collectReports,
    )
    .option('--json', 'one JSON document')
    .action(async (files: readonly string[], options: MergeOptions) => {
      const { json = false } = options;
      try {
        await merge(streams, files, options);
      } catch (error) {
        throw new CommandExit(await reportFailure(error, streams, { label: LABEL, json }));
      }
    });
}

async function merge(
  streams: CliStreams,
  files: readonly string[],
  { json = false, coverage = false, report: reportFiles = {} }: MergeOptions,
): Promise<void> {
  const reports: CheckReport[] = [];
  for (const file of files) reports.push(parseReport(await read(file), file));
  const report = mergeReports(reports);
  await writeReports(reportFiles, report);
  if (json) await writeJson(streams.stdout, report, STDOUT);
  else {
    const shards = `shards ${report.shards.join(' ')}\n`;
    const table = coverage ? formatCoverage(report) : '';
    await writeTo(streams.stdout, `${shards}${formatReport(report)}${table}`, STDOUT);
  }
  if (!report.agrees || (coverage && !isCovered(report))) throw new CommandExit(EXIT.FAILED);
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new GraphDriverError('report', `read ${file}: ${reason}`, { cause: error });
  }
}
