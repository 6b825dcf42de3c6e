import { writeFile } from 'node:fs/promises';
import { GraphDriverError } from '../../domain/errors.js';
import type { CheckReport } from '../../oracle/report/check-report.js';
import { junitOf } from '../../oracle/report/junit.js';
import type { ReportFiles } from './check-options.js';

/**
 * Writes a report to the files that were asked for.
 *
 * @throws GraphDriverError of code `output` where a file cannot be written.
 * @internal
 */
export async function writeReports(
  { json, junit }: ReportFiles,
  report: CheckReport,
): Promise<void> {
  if (json !== undefined) await writeReport(json, `${JSON.stringify(report, undefined, 2)}\n`);
  if (junit !== undefined) await writeReport(junit, junitOf(report));
}

async function writeReport(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new GraphDriverError('output', `write ${path}: ${reason}`, { cause: error });
  }
}
