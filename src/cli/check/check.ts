import { type Command, Option } from 'commander';
import { Divergence } from '../../oracle/real-input/divergence.js';
import { CommandExit, EXIT, UsageError } from '../exit-code.js';
import { parsePath, parseProfile } from '../option-values.js';
import { writeJson, writeTo } from '../output.js';
import { reportFailure } from '../report-failure.js';
import type { CliStreams } from '../streams.js';
import type { CheckOptions } from './check-options.js';
import { CheckProgress } from './check-progress.js';
import { rerunInOwnMountNamespace } from './mount-namespace.js';
import { runRealInput } from './run-real-input.js';

const STDOUT = 'standard output';
const BUILTIN_LINUX = 'builtin:linux';
const LAYERS = 12;
const FILES = 10_000;

/**
 * Adds `check`, which judges a driver. The driver on this machine's kernel is the one target yet.
 *
 * @internal
 */
export function registerCheck(program: Command, streams: CliStreams): void {
  program
    .command('check')
    .description('check a driver on the files that are installed on this machine')
    .argument('[target]', 'the driver to check', BUILTIN_LINUX)
    .addOption(profileOption())
    .addOption(backendOption())
    .option('--layers <n>', 'layers at least', parseCount, LAYERS)
    .option('--files <n>', 'files at least', parseCount, FILES)
    .option('--home-parent <dir>', 'where to make the work directory', parsePath)
    .option('--keep', 'leave the work directory as it is')
    .option('--json', 'one JSON document')
    .action(async (target: string, options: CheckOptions) => {
      const code = await rerunInOwnMountNamespace(streams, options);
      if (code !== undefined) throw new CommandExit(code);
      await check(streams, target, options);
    });
}

async function check(streams: CliStreams, target: string, options: CheckOptions): Promise<void> {
  const { json = false } = options;
  const progress = new CheckProgress(streams, json);
  try {
    if (target !== BUILTIN_LINUX) {
      throw new UsageError(`unknown target ${target}; there is ${BUILTIN_LINUX} yet`);
    }
    const steps = await runRealInput(streams, options, progress);
    progress.end();
    const { name } = options.profile;
    const summary = { target, profile: name, agrees: true, steps };
    if (json) await writeJson(streams.stdout, summary, STDOUT);
    else await writeTo(streams.stdout, progress.summary(target, name, steps), STDOUT);
  } catch (error) {
    progress.end();
    if (error instanceof Divergence) await tellDivergence(streams, target, options, error);
    const told = { label: `overlay2-ref check ${target}`, json };
    throw new CommandExit(await reportFailure(error, streams, told));
  }
}

async function tellDivergence(
  streams: CliStreams,
  target: string,
  { json = false, profile }: CheckOptions,
  divergence: Divergence,
): Promise<never> {
  const { subject, aspect, expected, actual } = divergence;
  if (json) {
    const difference = { subject, aspect, expected, actual };
    const document = { target, profile: profile.name, agrees: false, difference };
    await writeJson(streams.stdout, document, STDOUT);
  } else {
    const lines = [
      `${target} diverges: ${subject}: ${aspect}`,
      ...indented('expected', expected),
      ...indented('actual', actual),
    ];
    await writeTo(streams.stdout, `${lines.join('\n')}\n`, STDOUT);
  }
  throw new CommandExit(EXIT.FAILED);
}

function indented(label: string, text: string): string[] {
  return [`  ${label}:`, ...text.split('\n').map((line) => `    ${line}`)];
}

function profileOption(): Option {
  return new Option('--profile <name>', 'what is right: moby-2019 or strict')
    .argParser(parseProfile)
    .default(parseProfile('moby-2019'), 'moby-2019');
}

function backendOption(): Option {
  return new Option('--backend <name>', 'how to mount')
    .choices(['mount2', 'fsopen'])
    .default('mount2');
}

function parseCount(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new UsageError(`not a count: ${text}`);
  return Number(text);
}
