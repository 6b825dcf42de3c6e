import { Command, CommanderError } from 'commander';
import { registerCheck } from './check/check.js';
import { registerDoctor } from './doctor.js';
import { CommandExit, EXIT, UsageError } from './exit-code.js';
import { registerFaults } from './faults/faults.js';
import { registerFsck } from './fsck/fsck.js';
import { registerLayer } from './layer/layer.js';
import { registerMerge } from './merge.js';
import { quieten } from './output.js';
import { packageVersion } from './package-version.js';
import { registerPlugin } from './plugin/plugin.js';
import { registerReplay } from './replay.js';
import { reportFailure } from './report-failure.js';
import type { CliStreams } from './streams.js';
import { registerTestee } from './testee/testee.js';
import { registerTrace } from './trace/trace.js';
import { registerVectors } from './vectors/vectors.js';

/** Each adds one command to the program. */
const COMMANDS: readonly ((program: Command, streams: CliStreams) => void)[] = [
  registerLayer,
  registerCheck,
  registerReplay,
  registerMerge,
  registerFaults,
  registerFsck,
  registerPlugin,
  registerDoctor,
  registerTestee,
  registerTrace,
  registerVectors,
];

/**
 * Runs the command line.
 *
 * A command's file exports `registerX(program, streams)`, which adds the command and an action. An
 * action that ends well returns; one that has told how it failed throws {@link CommandExit};
 * whatever else it throws is told here.
 *
 * @param argv - arguments after the program's name.
 * @returns the exit code.
 * @internal
 */
export async function main(argv: readonly string[], streams: CliStreams): Promise<number> {
  const restore = [quieten(streams.stdout), quieten(streams.stderr)];
  try {
    await createProgram(streams).parseAsync(argv, { from: 'user' });
    return EXIT.OK;
  } catch (error) {
    if (error instanceof CommandExit) return error.exitCode;
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.OK;
    const told = error instanceof CommanderError ? asUsageError(error) : error;
    return await reportFailure(told, streams, {
      label: 'overlay2-ref',
      json: argv.includes('--json'),
    });
  } finally {
    for (const end of restore) end();
  }
}

function createProgram(streams: CliStreams): Command {
  const program = new Command('overlay2-ref');
  program
    .description("the executable reference of Docker's overlay2 graph driver")
    .version(packageVersion())
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void streams.stdout.write(text),
      // Errors are told by main, in one line and as the caller wants them.
      writeErr: () => undefined,
      outputError: () => undefined,
    });
  for (const register of COMMANDS) register(program, streams);
  return program;
}

function asUsageError({ code, message }: CommanderError): UsageError {
  if (code === 'commander.help') return new UsageError('a command is needed; see --help');
  return new UsageError(message.replace(/^error: /, '').replaceAll(/\n+/g, ' '));
}
