import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import type { FsckSeverity } from '../../composition.js';
import { UsageError } from '../exit-code.js';
import { parsePath, parseSeconds } from '../option-values.js';
import { SEVERITIES } from './finding.js';

const WAIT_MS = 10_000;

/**
 * What `fsck` is told.
 *
 * @internal
 */
export interface FsckOptions {
  readonly repair?: boolean;
  readonly yes?: boolean;
  readonly undo?: string;
  readonly journal?: string;
  readonly json?: boolean;
  /** A file, absolute, or `-` for standard output. */
  readonly sarif?: string;
  /** Whether the files of layers are left out. */
  readonly shallow?: boolean;
  readonly all?: boolean;
  readonly failOn: FsckSeverity;
  /** How long to wait for a home that another process uses, in milliseconds. */
  readonly wait: number;
}

/**
 * Adds the options of `fsck`.
 *
 * @internal
 */
export function addFsckOptions(command: Command): Command {
  return command
    .option('--repair', 'mend what can be mended without loss; shows the plan first')
    .option('--yes', 'with --repair: go on without asking')
    .option('--undo <journal>', 'take back what a --repair did', parsePath)
    .option('--journal <file>', 'where to write the journal of --repair', parsePath)
    .option('--sarif <file>', 'write a SARIF 2.1.0 log; - is standard output', parseOutput)
    .option('--shallow', "do not look into layers' own files")
    .option('--all', 'show every finding, however many a rule has')
    .addOption(
      new Option('--fail-on <severity>', 'the least that makes the exit code 1')
        .choices([...SEVERITIES])
        .default('warning'),
    )
    .addOption(
      new Option('--wait <seconds>', 'with --repair: how long to wait for the lock of the home')
        .argParser(parseSeconds)
        .default(WAIT_MS, '10'),
    )
    .option('--json', 'one JSON document');
}

/**
 * Refuses options that say nothing together.
 *
 * @throws UsageError
 * @internal
 */
export function requireSense(home: string | undefined, options: FsckOptions): void {
  const { repair, yes, undo, journal, json, sarif } = options;
  if (undo === undefined && home === undefined) throw new UsageError('a home is needed');
  if (undo !== undefined && home !== undefined) {
    throw new UsageError('--undo takes the home from its journal: leave the home out');
  }
  if (undo !== undefined && repair === true) throw new UsageError('--undo or --repair, not both');
  if (repair !== true && (yes === true || journal !== undefined)) {
    throw new UsageError('--yes and --journal go with --repair');
  }
  if (json === true && sarif === '-') {
    throw new UsageError('--json and --sarif - would both write to standard output');
  }
}

function parseOutput(text: string): string {
  return text === '-' ? text : resolve(text);
}
