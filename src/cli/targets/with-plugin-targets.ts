import { resolve } from 'node:path';
import type { Profile } from '../../domain/profiles/profile.js';
import { pluginTargets } from '../../oracle/targets/plugin/plugin-targets.js';
import type { SequenceTargets } from '../../oracle/targets/sequence-target.js';
import { UsageError } from '../exit-code.js';
import { splitCommand } from './split-command.js';
import { TIMEOUT_MS, withForeignTargets } from './with-foreign-targets.js';

/** Begins the name of a driver behind a graph driver plugin's socket. */
export const PLUGIN = 'plugin:';

const EXPECTED = 'an answer of the graph driver protocol';

/** How a plugin is reached. */
export interface PluginUse {
  /** `plugin:` and the socket. */
  readonly name: string;
  /** The command line that starts it; absent where it listens already. */
  readonly command?: string;
  readonly profile: Profile;
  /** An empty directory, absolute. */
  readonly place: string;
  /** Milliseconds that nothing may come of a call; 30 s unless told. */
  readonly timeout?: number;
}

/**
 * Makes targets of the driver behind a plugin, and ends them when they were used.
 *
 * @throws UsageError without a socket; Divergence where it does not answer as the protocol has it;
 *   GraphDriverError where its driver cannot start here.
 * @internal
 */
export async function withPluginTargets<T>(
  { name, command, profile, place, timeout = TIMEOUT_MS }: PluginUse,
  use: (targets: SequenceTargets) => Promise<T>,
): Promise<T> {
  const socket = name.slice(PLUGIN.length);
  if (socket === '') throw new UsageError('plugin: needs a socket, as plugin:SOCKET');
  const options = {
    name,
    socket: resolve(socket),
    ...(command === undefined ? {} : { command: splitCommand(command) }),
    profile: profile.name,
    timeoutMs: timeout,
    place,
  };
  const make = (surroundings: Pick<Options, 'host' | 'learnWorld'>): Promise<SequenceTargets> =>
    pluginTargets({ ...options, ...surroundings });
  return withForeignTargets({ make, expected: EXPECTED }, use);
}

type Options = Parameters<typeof pluginTargets>[0];
