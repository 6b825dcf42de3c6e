import { composeLinuxHost } from '../../composition.js';
import { ProtocolFault } from '../../oracle/protocol/protocol-fault.js';
import { Divergence } from '../../oracle/real-input/divergence.js';
import type { pluginTargets } from '../../oracle/targets/plugin/plugin-targets.js';
import type { SequenceTargets } from '../../oracle/targets/sequence-target.js';
import { detachBelow } from './detach-below.js';
import { worldOf } from './world-of.js';

/** What a call may take, in milliseconds, unless told. */
export const TIMEOUT_MS = 30_000;

const UMOUNT_FLAGS = 0;

/** What targets of a driver that is not ours need of this machine. */
type Surroundings = Pick<Parameters<typeof pluginTargets>[0], 'host' | 'learnWorld'>;

/** How targets come about, and what is said where they do not. */
interface ForeignTargets {
  /** Makes them; a ProtocolFault says that what should answer does not. */
  make(surroundings: Surroundings): Promise<SequenceTargets>;
  /** What was expected of it, in words. */
  readonly expected: string;
  /** Throws something better than a divergence for some faults. */
  explain?(fault: ProtocolFault): void;
}

/**
 * Makes targets of a driver of somebody else on this machine, and ends them when they were used.
 *
 * @throws Divergence where it answers in no way that is agreed upon, and what `make` throws.
 * @internal
 */
export async function withForeignTargets<T>(
  { make, expected, explain }: ForeignTargets,
  use: (targets: SequenceTargets) => Promise<T>,
): Promise<T> {
  const { ports, dispose } = await composeLinuxHost({ writeLog: () => undefined });
  const surroundings: Surroundings = {
    host: {
      files: ports.fs,
      kernel: ports.kernel,
      umount: (path) => ports.mounter.umount(path, UMOUNT_FLAGS),
      detach: (directory) => detachBelow(ports, directory),
    },
    learnWorld: ({ home, driver }) => worldOf({ home, ports, driver }),
  };
  try {
    const targets = await make(surroundings).catch((error: unknown) => {
      if (!(error instanceof ProtocolFault)) throw error;
      explain?.(error);
      throw new Divergence(error.request, `protocol ${error.fault}`, expected, error.came);
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
