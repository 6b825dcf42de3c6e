import { composeLinuxHost } from '../../composition.js';
import type { Profile } from '../../domain/profiles/profile.js';
import { ProtocolFault } from '../../oracle/protocol/protocol-fault.js';
import { Divergence } from '../../oracle/real-input/divergence.js';
import { storeTargets } from '../../oracle/targets/containers-storage/store-targets.js';
import type { SequenceTargets } from '../../oracle/targets/sequence-target.js';
import { UsageError } from '../exit-code.js';
import { detachBelow } from './detach-below.js';
import { worldOf } from './world-of.js';

/** Begins the name of a store behind the command line of `containers-storage`. */
export const STORE = 'containers-storage:';

const EXPECTED = 'what the command line of containers-storage says';
const TIMEOUT_MS = 30_000;
const UMOUNT_FLAGS = 0;

/** How stores are reached. */
export interface StoreUse {
  /** `containers-storage:` and the directory that stores are made in. */
  readonly name: string;
  readonly profile: Profile;
  /** An empty directory, absolute, below that one. */
  readonly place: string;
  /** Milliseconds that a command may take; 30 s unless told. */
  readonly timeout?: number;
}

/**
 * Makes targets of stores behind the command line of `containers-storage`, and ends them when they
 * were used.
 *
 * @throws UsageError where the program is not installed; Divergence where it answers in a way of
 *   its own; GraphDriverError where it cannot work here.
 * @internal
 */
export async function withStoreTargets<T>(
  { name, profile, place, timeout = TIMEOUT_MS }: StoreUse,
  use: (targets: SequenceTargets) => Promise<T>,
): Promise<T> {
  const { ports, dispose } = await composeLinuxHost({ writeLog: () => undefined });
  try {
    const targets = await makeTargets({
      name,
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

async function makeTargets(options: Parameters<typeof storeTargets>[0]): Promise<SequenceTargets> {
  try {
    return await storeTargets(options);
  } catch (error) {
    if (!(error instanceof ProtocolFault)) throw error;
    if (error.fault === 'start') {
      const where = "Debian's package containers-storage has it";
      throw new UsageError(`cannot start containers-storage: ${error.came}; ${where}`);
    }
    throw new Divergence(error.request, `protocol ${error.fault}`, EXPECTED, error.came);
  }
}
