import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GraphDriverError, messageOf } from '../../domain/errors.js';
import type { CheckReport } from '../../oracle/report/check-report.js';
import { goTest } from '../../oracle/report/go-test.js';

const NAME_MAX = 48;
const EXECUTABLE = 0o755;

/**
 * Writes each fault as a shell script, as JSON and, where it can be one, as a Go test into a
 * directory, which is made.
 *
 * @returns the names without their endings, in the order of the faults.
 * @throws GraphDriverError of code `output` where a file cannot be written.
 * @internal
 */
export async function writeRepros(
  directory: string,
  report: CheckReport,
): Promise<readonly string[]> {
  try {
    await mkdir(directory, { recursive: true });
    const names: string[] = [];
    for (const [i, fault] of report.faults.entries()) {
      const name = `${String(i + 1).padStart(2, '0')}-${slug(fault.fault)}`;
      await writeFile(join(directory, `${name}.sh`), fault.script, { mode: EXECUTABLE });
      await writeFile(join(directory, `${name}.json`), `${JSON.stringify(fault, undefined, 2)}\n`);
      const test = goTest(fault);
      if (test !== undefined) await writeFile(join(directory, `${name}_test.go`), test);
      names.push(name);
    }
    return names;
  } catch (error) {
    const text = `write into ${directory}: ${messageOf(error)}`;
    throw new GraphDriverError('output', text, { cause: error });
  }
}

/** A name that every shell and file system takes as it is. */
function slug(text: string): string {
  const words = text.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  return words.slice(0, NAME_MAX).replaceAll(/^-|-$/g, '');
}
