import { type Command, Option } from 'commander';
import { findProfile } from '../../domain/profiles/find-profile.js';
import { COMPARED } from '../../oracle/judge/compared.js';
import { Divergence } from '../../oracle/real-input/divergence.js';
import type { StepReport } from '../../oracle/real-input/step.js';
import type { CheckReport } from '../../oracle/report/check-report.js';
import { formatReport } from '../../oracle/report/format-report.js';
import { CommandExit, EXIT, SIGNAL_EXIT, UsageError } from '../exit-code.js';
import { parseJudge, parsePath } from '../option-values.js';
import { writeJson, writeTo } from '../output.js';
import { reportFailure } from '../report-failure.js';
import { PLUGIN } from '../targets/with-plugin-targets.js';
import { STORE } from '../targets/with-store-targets.js';
import type { CliStreams } from '../streams.js';
import { formatCoverage, isCovered } from './check-coverage.js';
import type { CheckOptions } from './check-options.js';
import { CheckProgress } from './check-progress.js';
import { BUILTIN_FAKE, BUILTIN_LINUX, decideTarget, PROGRAM } from './decide-target.js';
import { rerunInOwnMountNamespace } from './mount-namespace.js';
import { parseCompare, parseNoCompare } from './parse-compare.js';
import {
  collectReports,
  parseCount,
  parseRuns,
  parseSeed,
  parseShard,
  parseTime,
} from './parse-check-options.js';
import { checkFake, checkLinux } from './run-check.js';
import { checkPlugin } from './run-plugin.js';
import { checkProgram } from './run-program.js';
import { checkStore } from './run-store.js';
import { REPORT_FORMS } from './report-forms.js';
import { applyKnown, readKnown } from './known-file.js';
import { writeReports } from './write-reports.js';
import { writeRepros } from './write-repros.js';

const STDOUT = 'standard output';
const LAYERS = 12;
const FILES = 10_000;
const LENGTH = 40;

/**
 * Adds `check`, which judges a driver.
 *
 * @internal
 */
export function registerCheck(program: Command, streams: CliStreams): void {
  const profiles = 'moby-2019, moby-20.10, strict or containers-storage';
  program
    .command('check')
    .description('check a driver: on real files where it mounts, and with generated sequences')
    .argument(
      '[target]',
      `${BUILTIN_LINUX}, ${BUILTIN_FAKE}, ${PLUGIN}SOCKET, ${STORE}DIR, "${PROGRAM}CMD ARGS"`,
    )
    .addOption(
      new Option('--profile <name>', `how the driver answers: ${profiles}`)
        .argParser(parseJudge)
        .default(parseJudge('moby-2019'), 'moby-2019'),
    )
    .option('--judge-profile <name>', 'what is right; the same unless told', parseJudge)
    .addOption(
      new Option('--backend <name>', 'how to mount on the kernel')
        .choices(['mount2', 'fsopen'])
        .default('mount2'),
    )
    .option(
      '--kernel <preset>',
      `which kernel ${BUILTIN_FAKE} stands for, as 6.1 or 6.1+redirect_dir`,
    )
    .option('--seed <n>', 'seed of the sequences; a random one unless told', parseSeed)
    .option('--runs <n>', 'so many sequences', parseRuns)
    .option('--time <t>', 'sequences for so long, as 30s or 5m', parseTime)
    .option('--shard <i/n>', 'only part i of n', parseShard, { index: 1, of: 1 })
    .option('--length <n>', 'operations of a sequence at most', parseCount, LENGTH)
    .addOption(
      new Option(
        '--faults <how>',
        'calls that fail, processes that end: in a share of them (default: "sampled"; "off" for ' +
          'a program, where it takes strace)',
      ).choices(['off', 'sampled']),
    )
    .addOption(
      new Option('--concurrency <how>', 'callers that take turns: in a share of them')
        .choices(['off', 'sampled'])
        .default('sampled'),
    )
    .option('--plugin-command <cmd>', `starts the plugin of ${PLUGIN}SOCKET`)
    .option('--timeout <t>', `seconds that a ${PROGRAM} may take for one reply`, parseTime)
    .addOption(
      new Option(
        '--mountdata <from>',
        `who tells what a ${PROGRAM} mounts: itself, the kernel's table, or strace`,
      ).choices(['testee', 'mountinfo', 'strace']),
    )
    .option('--compare <list>', `compare these alone, of ${COMPARED.join(', ')}`, parseCompare)
    .option('--no-compare <list>', 'compare all but these', parseNoCompare)
    .option('--coverage', 'tell what of the model was reached; fail where not all was')
    .option(
      '--report <form=file>',
      `write a report: ${REPORT_FORMS.join('=F, ')}=F`,
      collectReports,
    )
    .option('--state <file>', 'go on from this file, and write it when interrupted', parsePath)
    .option('--known <file>', 'disagreements that are known and let pass', parsePath)
    .option('--update', 'write the file of --known anew')
    .option('--trace <file>', 'write down every call, as trace reads it', parsePath)
    .option('--repro <dir>', 'write each fault as a shell script, a Go test and JSON', parsePath)
    .option('--layers <n>', 'real files: layers at least', parseCount, LAYERS)
    .option('--files <n>', 'real files: files at least', parseCount, FILES)
    .option('--no-real-input', 'leave real files out')
    .option('--home-parent <dir>', 'where to make the work directory', parsePath)
    .option('--keep', 'leave the work directory as it is')
    .option('--json', 'one JSON document')
    .action((target: string | undefined, options: CheckOptions) => check(streams, target, options));
}

async function check(
  streams: CliStreams,
  asked: string | undefined,
  options: CheckOptions,
): Promise<void> {
  const { json = false } = options;
  const progress = new CheckProgress(streams, json);
  let label = 'overlay2-ref check';
  try {
    const { name, reason } = await decideTarget(asked, streams);
    label = `overlay2-ref check ${name}`;
    if (name !== BUILTIN_FAKE && options.kernel !== undefined) {
      throw new UsageError(
        `--kernel is for ${BUILTIN_FAKE}; ${name} has the kernel of this machine`,
      );
    }
    expectProfileOf(name, options);
    // A plugin that listens already mounts in the namespace that it is in.
    const isElsewhere = name.startsWith(PLUGIN) && options.pluginCommand === undefined;
    if (name !== BUILTIN_FAKE && !isElsewhere) {
      const code = await rerunInOwnMountNamespace(streams, options);
      if (code !== undefined) throw new CommandExit(code);
    }
    const known = await readKnown(options);
    if (reason !== undefined) streams.stderr.write(`checking ${name}: ${reason}\n`);
    const steps: StepReport[] = [];
    const run = name === BUILTIN_LINUX ? checkLinux : checkFake;
    const foreign = [
      [PROGRAM, checkProgram],
      [PLUGIN, checkPlugin],
      [STORE, checkStore],
    ] as const;
    const [, checkForeign] = foreign.find(([prefix]) => name.startsWith(prefix)) ?? [];
    const report =
      checkForeign === undefined
        ? await run(streams, options, progress, steps)
        : await checkForeign(name, streams, options, progress);
    progress.end();
    const held = report === undefined ? undefined : await applyKnown(report, known, options);
    await tell(streams, { target: name, options, progress, steps, report: held });
  } catch (error) {
    progress.end();
    if (error instanceof Divergence) await tellDivergence(streams, asked, options, error);
    throw new CommandExit(await reportFailure(error, streams, { label, json }));
  }
}

/** No driver here answers as a store does; another one might, and is judged so. */
function expectProfileOf(name: string, { profile }: CheckOptions): void {
  const isBuiltin = name === BUILTIN_FAKE || name === BUILTIN_LINUX;
  if (!isBuiltin || findProfile(profile.name) !== undefined) return;
  const instead = `${STORE}DIR is judged by it, and --judge-profile takes it`;
  throw new UsageError(`${name} cannot answer as ${profile.name} does: ${instead}`);
}

interface Outcome {
  readonly target: string;
  readonly options: CheckOptions;
  readonly progress: CheckProgress;
  readonly steps: readonly StepReport[];
  /** Absent where no sequences were asked for. */
  readonly report: CheckReport | undefined;
}

async function tell(streams: CliStreams, outcome: Outcome): Promise<void> {
  const { target, options, progress, steps, report } = outcome;
  const { name } = options.profile;
  const { json = false, coverage = false } = options;
  if (report !== undefined) {
    await writeReports(options.report ?? {}, report);
    if (options.repro !== undefined) await writeRepros(options.repro, report);
  }
  const agrees = report?.agrees ?? true;
  if (json) {
    const document = { target, profile: name, agrees, steps, sequences: report ?? null };
    await writeJson(streams.stdout, document, STDOUT);
  } else {
    const parts = [
      steps.length === 0 ? '' : progress.summary(target, name, steps),
      report === undefined ? '' : `seed ${report.seed}\n${formatReport(report)}`,
      report === undefined ? '' : tellRepros(options, report),
      report === undefined || !coverage ? '' : formatCoverage(report),
    ];
    await writeTo(streams.stdout, parts.join(''), STDOUT);
  }
  const { signal } = progress;
  if (report?.interrupted === true && signal !== undefined) {
    const on =
      options.state === undefined ? '' : `; the same command goes on from ${options.state}`;
    streams.stderr.write(`overlay2-ref check ${target}: interrupted by ${signal}${on}\n`);
    throw new CommandExit(SIGNAL_EXIT[signal]);
  }
  const lacks = coverage && report !== undefined && !isCovered(report);
  if (!agrees || lacks) throw new CommandExit(EXIT.FAILED);
}

function tellRepros({ repro }: CheckOptions, { faults }: CheckReport): string {
  return repro === undefined || faults.length === 0 ? '' : `scripts: ${repro}/01-….sh\n`;
}

async function tellDivergence(
  streams: CliStreams,
  asked: string | undefined,
  { json = false, profile }: CheckOptions,
  divergence: Divergence,
): Promise<never> {
  const target = asked ?? BUILTIN_LINUX;
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
