import type { CheckReport } from '../../oracle/report/check-report.js';
import type { CliStreams } from '../streams.js';
import { withPluginTargets } from '../targets/with-plugin-targets.js';
import type { CheckOptions } from './check-options.js';
import type { CheckProgress } from './check-progress.js';
import { checkForeignDriver, type ForeignKind } from './run-foreign.js';
import { expectMayMount } from './run-real-input.js';

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
  const { profile, timeout, pluginCommand } = options;
  const asked = {
    name,
    profile,
    ...(timeout === undefined ? {} : { timeout }),
    ...(pluginCommand === undefined ? {} : { command: pluginCommand }),
  };
  const plugin: ForeignKind = {
    name: 'a plugin',
    whyNoTurns: 'nobody can make the calls of another program wait',
    withTargets: (place, work) => withPluginTargets({ ...asked, place }, work),
  };
  return checkForeignDriver(plugin, streams, options, progress);
}
