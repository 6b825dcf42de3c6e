import { basename, join } from 'node:path';
import { type Command, Option } from 'commander';
import { type Backend, composePeerUid } from '../../composition.js';
import { GraphDriverError } from '../../domain/errors.js';
import type { Profile } from '../../domain/profiles/profile.js';
import { STRICT } from '../../domain/profiles/strict.js';
import { JsonLog } from '../../plugin/call-log.js';
import { inheritedSocket } from '../../plugin/claim-socket.js';
import { admitRoot } from '../../plugin/admit-root.js';
import { servePlugin } from '../../plugin/serve-plugin.js';
import type { LogLevel } from '../../ports/logger.js';
import { CommandExit } from '../exit-code.js';
import { parsePath, parseProfile } from '../option-values.js';
import { reportFailure } from '../report-failure.js';
import type { CliStreams } from '../streams.js';
import { startLinux } from './start-linux.js';
import { untilSignal } from './until-signal.js';

const SOCKET = '/run/docker/plugins/overlay2-ref.sock';
/** Does not outlive the machine, as mounts do not. */
const STATE_PARENT = '/run/overlay2-ref';
const LABEL = 'overlay2-ref plugin serve';
const LOG_LEVELS: readonly LogLevel[] = ['debug', 'info', 'warning', 'error'];

interface ServeOptions {
  /** Absolute. */
  readonly socket: string;
  readonly profile: Profile;
  readonly backend: Backend;
  /** Absolute. */
  readonly state?: string;
  readonly logLevel: LogLevel;
}

/**
 * Adds `plugin serve`, which serves Docker's graph driver protocol until a signal ends it.
 *
 * @internal
 */
export function registerServe(plugin: Command, streams: CliStreams): void {
  plugin
    .command('serve')
    .description("serve Docker's graph driver protocol on a unix socket, until SIGTERM")
    .option('--socket <path>', 'where to listen', parsePath, SOCKET)
    .addOption(
      new Option('--profile <name>', 'strict or moby-2019')
        .argParser(parseProfile)
        .default(STRICT, 'strict'),
    )
    .addOption(
      new Option('--backend <name>', 'how to mount')
        .choices(['mount2', 'fsopen'])
        .default('mount2'),
    )
    .option(
      '--state <dir>',
      `where to remember the home across restarts (default: ${STATE_PARENT}/NAME)`,
      parsePath,
    )
    .addOption(
      new Option('--log-level <level>', 'least level of log lines, which go to standard error')
        .choices(LOG_LEVELS)
        .default('info'),
    )
    .action(async (options: ServeOptions) => {
      try {
        await serve(streams, options);
      } catch (error) {
        throw new CommandExit(await reportFailure(error, streams, { label: LABEL, json: false }));
      }
    });
}

async function serve(streams: CliStreams, options: ServeOptions): Promise<void> {
  if ((streams.geteuid?.() ?? 0) !== 0) {
    throw new GraphDriverError('host', 'a graph driver mounts, which needs root');
  }
  const { socket, profile, backend, logLevel } = options;
  const log = new JsonLog(logLevel, (line) => void streams.stderr.write(line));
  const signal = untilSignal(streams);
  try {
    const fd = inheritedSocket(streams.env, process.pid);
    const plugin = await servePlugin({
      at: fd === undefined ? { path: socket } : { fd },
      stateDirectory: options.state ?? join(STATE_PARENT, basename(socket, '.sock')),
      start: startLinux({
        profile,
        backend,
        logLevel,
        writeLog: (line) => log.logDriverLine(line),
      }),
      log,
      mayConnect: admitRoot(await composePeerUid()),
    });
    log.log('info', 'ending', { signal: await signal.came });
    await plugin.close();
  } finally {
    signal.forget();
  }
}
