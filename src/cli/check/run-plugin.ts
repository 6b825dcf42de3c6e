import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckReport } from '../../oracle/report/check-report.js';
import type { Skip } from '../../oracle/targets/sequence-target.js';
import type { CliStreams } from '../streams.js';
import { withPluginTargets } from '../targets/with-plugin-targets.js';
import type { CheckOptions } from './check-options.js';
import type { CheckProgress } from './check-progress.js';
import { expectMayMount, makeWorkDirectory } from './run-real-input.js';
import { runSequences } from './run-sequences.js';

/** How long sequences run where nobody says, in milliseconds. */
const PLUGIN_MS = 20_000;

/** What no plugin can be asked for. */
const LEFT_OUT: readonly Skip[] = [
  { what: 'real files', reason: 'a plugin is judged with sequences' },
  {
    what: 'calls that fail and processes that end (--faults)',
    reason: 'nobody can reach into the calls of another program',
  },
  {
    what: 'callers that take turns (--concurrency)',
    reason: 'nobody can make the calls of another program wait',
  },
];

/**
 * Checks the driver behind a graph driver plugin's socket with sequences.
 *
 * @throws Divergence where it does not answer as the protocol has it.
 * @internal
 */
export async function checkPlugin(
  name: string,
  streams: CliStreams,
  options: CheckOptions,
  progress: CheckProgress,
): Promise<CheckReport | undefined> {
  expectMayMount(streams);
  if (options.runs === 0) return undefined;
  const { profile, timeout, pluginCommand, homeParent } = options;
  const directory = await makeWorkDirectory(homeParent);
  try {
    const place = join(directory, 'sequences');
    await mkdir(place);
    const use = {
      name,
      profile,
      place,
      ...(timeout === undefined ? {} : { timeout }),
      ...(pluginCommand === undefined ? {} : { command: pluginCommand }),
    };
    return await withPluginTargets(use, async (targets) => {
      const sound = { ...options, faults: 'off', concurrency: 'off' } as const;
      const report = await runSequences(targets, sound, progress, PLUGIN_MS);
      return { ...report, skipped: [...LEFT_OUT, ...(report.skipped ?? [])] };
    });
  } finally {
    if (options.keep === true) streams.stderr.write(`kept ${directory}\n`);
    else await rm(directory, { recursive: true, force: true });
  }
}
