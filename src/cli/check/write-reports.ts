import { writeFile } from 'node:fs/promises';
import { GraphDriverError } from '../../domain/errors.js';
import type { CheckReport } from '../../oracle/report/check-report.js';
import { ctrfOf } from '../../oracle/report/ctrf.js';
import { goTest } from '../../oracle/report/go-test.js';
import { htmlOf } from '../../oracle/report/html/page.js';
import { junitOf } from '../../oracle/report/junit.js';
import { summaryOf } from '../../oracle/report/summary.js';
import { tapOf } from '../../oracle/report/tap.js';
import { REPORT_FORMS, type ReportFiles } from './report-forms.js';

/**
 * Writes a report to the files that were asked for.
 *
 * @throws GraphDriverError of code `output` where a file cannot be written.
 * @internal
 */
export async function writeReports(files: ReportFiles, report: CheckReport): Promise<void> {
  for (const form of REPORT_FORMS) {
    const path = files[form];
    if (path !== undefined) await writeReport(path, WRITE[form](report));
  }
}

const WRITE: Readonly<Record<(typeof REPORT_FORMS)[number], (report: CheckReport) => string>> = {
  json: (report) => `${JSON.stringify(report, undefined, 2)}\n`,
  junit: junitOf,
  tap: tapOf,
  ctrf: (report) => ctrfOf(report, Date.now()),
  html: (report) => htmlOf(report, { goTest }),
  summary: summaryOf,
};

async function writeReport(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new GraphDriverError('output', `write ${path}: ${reason}`, { cause: error });
  }
}
