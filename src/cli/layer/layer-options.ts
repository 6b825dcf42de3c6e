import { type Command, Option } from 'commander';
import type { Backend, IdMap } from '../../composition.js';
import type { Profile } from '../../domain/profiles/profile.js';
import { STRICT } from '../../domain/profiles/strict.js';
import type { LogLevel } from '../../ports/logger.js';
import {
  collectIdMap,
  collectKeyValue,
  parsePath,
  parseProfile,
  parseSeconds,
} from '../option-values.js';

const BACKENDS: readonly Backend[] = ['mount2', 'fsopen'];
const LOG_LEVELS: readonly LogLevel[] = ['debug', 'info', 'warning', 'error'];
const WAIT_MS = 10_000;

/**
 * What every layer command is told of its home.
 *
 * @internal
 */
export interface LayerOptions {
  /** Absolute. */
  readonly home: string;
  readonly profile: Profile;
  readonly backend: Backend;
  /** Driver options, `key=value`. */
  readonly opt?: readonly string[];
  readonly json?: boolean;
  readonly logLevel: LogLevel;
  /** How long to wait for a home that another process uses, in milliseconds. */
  readonly wait: number;
  readonly uidMap?: readonly IdMap[];
  readonly gidMap?: readonly IdMap[];
}

/**
 * Adds the options that every layer command has.
 *
 * @internal
 */
export function addLayerOptions(command: Command): Command {
  const profile = new Option('--profile <name>', 'strict or moby-2019')
    .argParser(parseProfile)
    .default(STRICT, 'strict');
  const wait = new Option(
    '--wait <seconds>',
    'how long to wait while another process uses the home',
  )
    .argParser(parseSeconds)
    .default(WAIT_MS, '10');
  return command
    .requiredOption('--home <dir>', "the driver's directory", parsePath)
    .addOption(profile)
    .addOption(new Option('--backend <name>', 'how to mount').choices(BACKENDS).default('mount2'))
    .option('--opt <key=value>', 'driver option, may be repeated', collectKeyValue)
    .option('--uid-map <container:host:size>', 'map user ids, may be repeated', collectIdMap)
    .option('--gid-map <container:host:size>', 'map group ids, may be repeated', collectIdMap)
    .addOption(wait)
    .addOption(
      new Option('--log-level <level>', 'least level of messages')
        .choices(LOG_LEVELS)
        .default('warning'),
    )
    .option('--json', 'results, and on standard error messages, as JSON');
}
