import { readFile, rename, writeFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import type { Profile } from '../../domain/profiles/profile.js';
import { STARTS } from '../../oracle/faults/alphabet.js';
import { search } from '../../oracle/faults/search.js';
import {
  beginSearch,
  readSearch,
  type SearchState,
  writeSearch,
} from '../../oracle/faults/search-state.js';
import type { Shard } from '../check/check-options.js';
import { parseCount, parseShard } from '../check/parse-check-options.js';
import { CommandExit, EXIT, SIGNAL_EXIT, UsageError } from '../exit-code.js';
import { parsePath, parseProfile } from '../option-values.js';
import { writeJson, writeTo } from '../output.js';
import { reportFailure } from '../report-failure.js';
import type { CliStreams } from '../streams.js';
import { fakeTargets } from '../targets/fake-targets.js';
import { describeProgress, FaultsProgress } from './faults-progress.js';
import { documentOf, formatSearch, isFaultless } from './format-search.js';

const LABEL = 'overlay2-ref faults';
const STDOUT = 'standard output';
const STATE_FILE = 'faults.state.json';
const LENGTH_MAX = Math.max(...STARTS.map(({ lengthMax }) => lengthMax));
const MS_PER_SECOND = 1000;

interface FaultsOptions {
  readonly profile: Profile;
  readonly length: number;
  readonly state?: string;
  readonly shard: Shard;
  readonly json?: boolean;
}

/**
 * Adds `faults`, which lets everything go wrong that can.
 *
 * @internal
 */
export function registerFaults(program: Command, streams: CliStreams): void {
  program
    .command('faults')
    .description('fail every call of the driver in memory, and end its process at every call')
    .addOption(
      new Option('--profile <name>', 'how the driver answers: moby-2019, moby-20.10 or strict')
        .argParser(parseProfile)
        .default(parseProfile('strict'), 'strict'),
    )
    .option('--length <n>', 'operations of a sequence at most', parseCount, LENGTH_MAX)
    .option('--shard <i/n>', 'only part i of n', parseShard, { index: 1, of: 1 })
    .option('--state <file>', 'go on from this file, and write it when interrupted', parsePath)
    .option('--json', 'one JSON document')
    .action(async (options: FaultsOptions) => {
      try {
        await faults(streams, options);
      } catch (error) {
        const json = options.json ?? false;
        throw new CommandExit(await reportFailure(error, streams, { label: LABEL, json }));
      }
    });
}

async function faults(streams: CliStreams, options: FaultsOptions): Promise<void> {
  const state = await openState(options);
  const targets = await fakeTargets({ profile: options.profile });
  const progress = new FaultsProgress(streams);
  const stacks = Error.stackTraceLimit;
  // Calls fail on purpose, thousands of times a second; nobody reads those stacks.
  Error.stackTraceLimit = 0;
  const [start, before] = [performance.now(), state.seconds];
  try {
    const isWhole = await search(targets, state, {
      isOver: () => progress.signal !== undefined,
      progress: async (now, doing) => {
        state.seconds = before + (performance.now() - start) / MS_PER_SECOND;
        await progress.show({ ...now, seconds: state.seconds }, doing);
      },
    });
    progress.end();
    if (!isWhole) return await interrupted(streams, options, state, progress);
  } finally {
    progress.end();
    Error.stackTraceLimit = stacks;
    await targets.dispose();
  }
  if (options.json === true) await writeJson(streams.stdout, documentOf(state), STDOUT);
  else await writeTo(streams.stdout, formatSearch(state), STDOUT);
  if (!isFaultless(state)) throw new CommandExit(EXIT.FAILED);
}

async function openState({
  state: file,
  profile,
  length,
  shard,
}: FaultsOptions): Promise<SearchState> {
  const fresh = beginSearch(profile.name, length, shard);
  if (file === undefined) return fresh;
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return fresh;
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  const state = readSearch(text);
  const isSame =
    state.profile === fresh.profile &&
    state.lengthMax === fresh.lengthMax &&
    state.shard.index === shard.index &&
    state.shard.of === shard.of;
  if (isSame) return state;
  throw new UsageError(`${file} is of another search: ${state.profile}, length ${state.lengthMax}`);
}

async function interrupted(
  streams: CliStreams,
  { profile, length, shard, state: asked }: FaultsOptions,
  state: SearchState,
  { signal }: FaultsProgress,
): Promise<never> {
  const file = asked ?? STATE_FILE;
  // Whole or not at all: an old file is better than half of a new one.
  await writeFile(`${file}.new`, writeSearch(state));
  await rename(`${file}.new`, file);
  const part = shard.of === 1 ? '' : ` --shard ${shard.index}/${shard.of}`;
  const same = `--profile ${profile.name} --length ${length}${part} --state ${file}`;
  const { done, pairs } = state;
  await writeTo(
    streams.stderr,
    `${LABEL}: interrupted after ${done} of ${pairs.length} operations: ` +
      `${describeProgress(state)}; go on with:\n  npm run faults -- ${same}\n`,
    'standard error',
  );
  throw new CommandExit(signal === undefined ? EXIT.FAILED : SIGNAL_EXIT[signal]);
}
