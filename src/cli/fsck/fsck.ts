import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import {
  composeLinuxHost,
  type ComposedHost,
  describeMend,
  type Store,
  type StoreReport,
} from '../../composition.js';
import { GraphDriverError, messageOf } from '../../domain/errors.js';
import { CommandExit, EXIT, UsageError } from '../exit-code.js';
import { oneLine } from '../failure.js';
import { Interruption } from '../interruption.js';
import { parsePath } from '../option-values.js';
import { toJson, writeJson, writeTo } from '../output.js';
import { packageVersion } from '../package-version.js';
import { reportFailure } from '../report-failure.js';
import type { CliStreams } from '../streams.js';
import { type FsckFinding, findingsOf, isAtLeast } from './finding.js';
import { formatFindings } from './format-findings.js';
import { addFsckOptions, type FsckOptions, requireSense } from './fsck-options.js';
import { defaultJournalPath, Journal, readJournal } from './journal.js';
import { findMountsElsewhere } from './other-namespaces.js';
import {
  asideDirectoryOf,
  doMends,
  type MendOutcome,
  type PlannedMend,
  planMends,
  undoMends,
} from './repair.js';
import { toSarif } from './sarif.js';

const LABEL = 'overlay2-ref fsck';
const STDOUT = 'standard output';
/** Failures that say that the home could not be looked at, or not by us. */
const UNREADABLE: readonly string[] = ['syscall', 'no-home', 'mount-info'];

/**
 * Adds `fsck`, which looks a home over and mends it.
 *
 * @internal
 */
export function registerFsck(program: Command, streams: CliStreams): void {
  const command = program
    .command('fsck')
    .description('look over the home of any overlay2 driver, in use or not; writes nothing')
    .argument('[home]', "the driver's directory, as /var/lib/docker/overlay2", parsePath);
  addFsckOptions(command).action((home: string | undefined, options: FsckOptions) =>
    runFsck(streams, home, options),
  );
}

/** One run: what it works on and how it speaks. */
interface Run {
  readonly streams: CliStreams;
  readonly options: FsckOptions;
  readonly home: string;
  readonly host: ComposedHost;
  readonly store: Store;
}

async function runFsck(
  streams: CliStreams,
  asked: string | undefined,
  options: FsckOptions,
): Promise<void> {
  const interruption = new Interruption(streams);
  try {
    requireSense(asked, options);
    const home = asked ?? readJournal(options.undo ?? '').head.home;
    const host = await composeLinuxHost({
      logLevel: 'error',
      decorate: (ports) => interruption.decorate(ports),
    });
    try {
      const elsewhere = findMountsElsewhere();
      const looksIntoLayers = options.shallow !== true;
      const store = host.openStore({ home, looksIntoLayers, elsewhere });
      await work({ streams, options, home, host, store });
    } finally {
      await host.dispose();
    }
  } catch (error) {
    const { json = false } = options;
    const code = await reportFailure(error, streams, { label: LABEL, json });
    const isUnreadable = error instanceof GraphDriverError && UNREADABLE.includes(error.code);
    throw new CommandExit(isUnreadable ? EXIT.HOST_CANNOT : code);
  } finally {
    interruption.dispose();
  }
}

async function work(run: Run): Promise<void> {
  const { options, store } = run;
  if (options.undo !== undefined) return undo(run, options.undo);
  const report = await store.check();
  if (options.repair === true) return repair(run, report);
  await tell(run, report, {});
  return undefined;
}

/** Tells what was found, in every form that was asked for, and ends with the exit code. */
async function tell(run: Run, report: StoreReport, more: object): Promise<void> {
  const { streams, options } = run;
  const findings = findingsOf(report);
  if (options.sarif !== undefined) await writeSarif(run, report, findings);
  if (options.json === true) {
    const { home, layers, mounted } = report;
    const clean = !findings.some((finding) => isAtLeast(finding, options.failOn));
    await writeJson(streams.stdout, { home, layers, mounted, clean, findings, ...more }, STDOUT);
  } else if (options.sarif !== '-') {
    const text = formatFindings(report, findings, options.all === true);
    await writeTo(streams.stdout, text, STDOUT);
  }
  if (findings.some((finding) => isAtLeast(finding, options.failOn))) {
    throw new CommandExit(EXIT.FAILED);
  }
}

async function writeSarif(
  { streams, options }: Run,
  report: StoreReport,
  findings: readonly FsckFinding[],
): Promise<void> {
  const { sarif = '-' } = options;
  const log = toSarif(report, findings, packageVersion());
  if (sarif === '-') return writeJson(streams.stdout, log, STDOUT);
  try {
    writeFileSync(sarif, `${toJson(log)}\n`);
  } catch (error) {
    throw new GraphDriverError('output', `cannot write the SARIF log: ${messageOf(error)}`);
  }
  return undefined;
}

/** Shows the plan; does it under the home's lock, from a fresh look, if it may. */
async function repair(run: Run, report: StoreReport): Promise<void> {
  const { streams, options, home, host, store } = run;
  const plan = planMends(report);
  if (plan.every(({ refusal }) => refusal !== undefined)) {
    streams.stderr.write(formatPlan(plan));
    return tell(run, report, { repair: { plan: planDocument(plan), done: [] } });
  }
  streams.stderr.write(formatPlan(plan));
  if (!(await mayGoOn(streams, options))) {
    streams.stderr.write(`nothing was changed: --yes does it\n`);
    return tell(run, report, { repair: { plan: planDocument(plan), done: [] } });
  }
  await host.lock(home, 'exclusive', options.wait);
  const now = new Date();
  const asideDirectory = asideDirectoryOf(home, now);
  const path = options.journal ?? defaultJournalPath(now);
  if (path.startsWith(`${home}/`)) throw new UsageError('the journal must lie outside of the home');
  // What was shown is done, as far as it is still asked for.
  const shown = new Set(plan.map(({ mend }) => JSON.stringify(mend)));
  const fresh = planMends(await store.check());
  const due = fresh.filter(({ mend }) => shown.has(JSON.stringify(mend)));
  const journal = new Journal(path, { home, asideDirectory, at: now.toISOString() });
  streams.stderr.write(`journal: ${oneLine(path)}\n`);
  let outcomes: readonly MendOutcome[];
  try {
    outcomes = await doMends(store, due, journal, asideDirectory);
  } finally {
    journal.close();
  }
  streams.stderr.write(formatOutcomes(outcomes));
  const document = { plan: planDocument(plan), journal: path, asideDirectory, done: outcomes };
  return tell(run, await store.check(), { repair: document });
}

async function undo({ streams, options, home, host, store }: Run, path: string): Promise<void> {
  await host.lock(home, 'exclusive', options.wait);
  const outcomes = await undoMends(store, path);
  if (options.json === true) await writeJson(streams.stdout, { home, undone: outcomes }, STDOUT);
  else await writeTo(streams.stdout, formatOutcomes(outcomes), STDOUT);
  if (outcomes.some(({ done }) => !done)) throw new CommandExit(EXIT.FAILED);
}

/** Asks on a terminal; a script has to say --yes. */
async function mayGoOn(streams: CliStreams, { yes, json }: FsckOptions): Promise<boolean> {
  if (yes === true) return true;
  if (json === true || streams.stdin.isTTY !== true) return false;
  const prompt = createInterface({ input: streams.stdin, output: streams.stderr });
  try {
    return /^y(es)?$/i.test((await prompt.question('do this? [y/N] ')).trim());
  } finally {
    prompt.close();
  }
}

function planDocument(plan: readonly PlannedMend[]): readonly object[] {
  return plan.map(({ finding, mend, refusal }) => ({
    rule: finding.rule,
    mend,
    text: describeMend(mend),
    ...(refusal === undefined ? {} : { refusal }),
  }));
}

function formatPlan(plan: readonly PlannedMend[]): string {
  if (plan.length === 0) return 'there is nothing that can be mended without loss\n';
  const lines = plan.map(({ mend, refusal }) => {
    const text = oneLine(describeMend(mend));
    return refusal === undefined ? `would ${text}` : `would not ${text}: ${refusal}`;
  });
  return `${lines.join('\n')}\n`;
}

function formatOutcomes(outcomes: readonly MendOutcome[]): string {
  return outcomes
    .map(({ text, done, why }) => `${done ? 'done' : 'left'}: ${oneLine(text)}${reason(why)}\n`)
    .join('');
}

function reason(why: string | undefined): string {
  return why === undefined ? '' : `: ${oneLine(why)}`;
}
