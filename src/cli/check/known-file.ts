import { readFile, writeFile } from 'node:fs/promises';
import { GraphDriverError, messageOf } from '../../domain/errors.js';
import type { CheckReport } from '../../oracle/report/check-report.js';
import { type KnownDisagreement, parseKnown } from '../../oracle/report/known-disagreement.js';
import { markKnown, updateKnown } from '../../oracle/report/known.js';
import { UsageError } from '../exit-code.js';

/** What a check was asked of known disagreements. */
export interface KnownOptions {
  /** Absolute. */
  readonly known?: string;
  /** Whether the file is written anew. */
  readonly update?: boolean;
}

/**
 * Reads the file of known disagreements before anything runs, so that a wrong one is told at once.
 * A file that is to be written need not be there.
 *
 * @throws UsageError where it cannot be read or is no such file.
 * @internal
 */
export async function readKnown({
  known,
  update = false,
}: KnownOptions): Promise<readonly KnownDisagreement[]> {
  if (known === undefined) {
    if (update) throw new UsageError('--update is for the file of --known');
    return [];
  }
  try {
    return parseKnown(await readFile(known, 'utf8'), known);
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (isMissing && update) return [];
    throw new UsageError(messageOf(error));
  }
}

/**
 * Holds a report against what is known; writes the file anew where that was asked for, after which
 * the report agrees with it.
 *
 * @throws GraphDriverError of code `output` where the file cannot be written.
 * @internal
 */
export async function applyKnown(
  report: CheckReport,
  listed: readonly KnownDisagreement[],
  { known, update = false }: KnownOptions,
): Promise<CheckReport> {
  if (known === undefined) return report;
  if (!update) return markKnown(report, listed);
  const next = updateKnown(report, listed);
  try {
    await writeFile(known, `${JSON.stringify(next, undefined, 2)}\n`);
  } catch (error) {
    throw new GraphDriverError('output', `write ${known}: ${messageOf(error)}`, { cause: error });
  }
  return markKnown(report, next);
}
