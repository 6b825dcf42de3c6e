import type { Command } from 'commander';
import { composeLinuxHost, type Finding, MOUNT_FINDING } from '../composition.js';
import { GraphDriverError } from '../domain/errors.js';
import { CommandExit, EXIT } from './exit-code.js';
import { oneLine } from './failure.js';
import { writeJson, writeTo } from './output.js';
import { parsePath } from './option-values.js';
import { reportFailure } from './report-failure.js';
import type { CliStreams } from './streams.js';

interface DoctorOptions {
  /** Absolute. */
  readonly home?: string;
  readonly json?: boolean;
}

const LABEL = 'overlay2-ref doctor';
const STDOUT = 'standard output';
const COLUMN_GAP = 2;

/**
 * Adds `doctor`, which tells what this host can do, and the probe that told.
 *
 * @internal
 */
export function registerDoctor(program: Command, streams: CliStreams): void {
  program
    .command('doctor')
    .description('tell what this host can do for the driver')
    .option('--home <dir>', 'look at the file system of this home', parsePath)
    .option('--json', 'one JSON document')
    .action(async (options: DoctorOptions) => {
      const { json = false } = options;
      try {
        await examine(streams, options);
      } catch (error) {
        throw new CommandExit(await reportFailure(error, streams, { label: LABEL, json }));
      }
    });
}

async function examine(streams: CliStreams, options: DoctorOptions): Promise<void> {
  const findings = await findingsOf(streams, options);
  const canMount = findings.some(({ name, answer }) => name === MOUNT_FINDING && answer === 'yes');
  if (options.json === true) await writeJson(streams.stdout, { canMount, findings }, STDOUT);
  else await writeTo(streams.stdout, formatFindings(findings), STDOUT);
  if (!canMount) throw new CommandExit(EXIT.HOST_CANNOT);
}

/** Without koffi or Linux no probe can run, which is the finding then. */
async function findingsOf(
  streams: CliStreams,
  { home }: DoctorOptions,
): Promise<readonly Finding[]> {
  const probe = "koffi's load of the C library";
  try {
    const host = await composeLinuxHost({ logLevel: 'error', writeLog: () => undefined });
    try {
      const isRoot = (streams.geteuid?.() ?? 0) === 0;
      const asked = { isRoot, ...(home === undefined ? {} : { home }) };
      const koffi: Finding = { name: 'koffi', answer: 'yes', value: '', probe };
      return [...(await host.examine(asked)), koffi];
    } finally {
      await host.dispose();
    }
  } catch (error) {
    if (!(error instanceof GraphDriverError) || error.code !== 'host') throw error;
    return [{ name: 'koffi', answer: 'no', value: error.message, probe }];
  }
}

/**
 * Gives findings as a table: name, answer, what there is to say, and the probe.
 *
 * @internal
 */
export function formatFindings(findings: readonly Finding[]): string {
  const rows = findings.map(({ name, answer, value, probe }) => {
    const said = value === '' ? '' : `${oneLine(value)} `;
    return [name, answer, `${said}(${oneLine(probe)})`] as const;
  });
  const width = (column: 0 | 1): number =>
    Math.max(...rows.map((row) => row[column].length)) + COLUMN_GAP;
  const [first, second] = [width(0), width(1)];
  return rows
    .map(([name, answer, rest]) => `${name.padEnd(first)}${answer.padEnd(second)}${rest}\n`)
    .join('');
}
