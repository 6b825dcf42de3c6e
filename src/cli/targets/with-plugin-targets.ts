import { resolve } from 'node:path';
import { composeLinuxHost } from '../../composition.js';
import type { Profile } from '../../domain/profiles/profile.js';
import { ProtocolFault } from '../../oracle/protocol/protocol-fault.js';
import { Divergence } from '../../oracle/real-input/divergence.js';
import { pluginTargets } from '../../oracle/targets/plugin/plugin-targets.js';
import type { SequenceTargets } from '../../oracle/targets/sequence-target.js';
import { UsageError } from '../exit-code.js';
import { detachBelow } from './detach-below.js';
import { splitCommand } from './split-command.js';
import { worldOf } from './world-of.js';

/** Begins the name of a driver behind a graph driver plugin's socket. */
export const PLUGIN = 'plugin:';

const EXPECTED = 'an answer of the graph driver protocol';
const TIMEOUT_MS = 30_000;
const UMOUNT_FLAGS = 0;

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
  const { ports, dispose } = await composeLinuxHost({ writeLog: () => undefined });
  try {
    const targets = await makeTargets({
      name,
      socket: resolve(socket),
      ...(command === undefined ? {} : { command: splitCommand(command) }),
      profile: profile.name,
      timeoutMs: timeout,
      place,
      host: {
        files: ports.fs,
        kernel: ports.kernel,
        umount: (path) => ports.mounter.umount(path, UMOUNT_FLAGS),
        detach: (directory) => detachBelow(ports, directory),
      },
      learnWorld: ({ home, driver }) => worldOf({ home, ports, driver }),
    });
    try {
      return await use(targets);
    } finally {
      await targets.dispose();
    }
  } finally {
    await dispose();
  }
}

async function makeTargets(options: Parameters<typeof pluginTargets>[0]): Promise<SequenceTargets> {
  try {
    return await pluginTargets(options);
  } catch (error) {
    if (!(error instanceof ProtocolFault)) throw error;
    throw new Divergence(error.request, `protocol ${error.fault}`, EXPECTED, error.came);
  }
}
