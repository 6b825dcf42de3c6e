import { OPEN } from '../../domain/host/open-flags.js';
import { inodeError } from '../../domain/union/inode-error.js';
import type { Clock } from '../../ports/clock.js';
import type { FileSystem } from '../../ports/file-system.js';
import type { Kernel } from '../../ports/kernel.js';
import type { LogLevel } from '../../ports/logger.js';
import type { Mounter } from '../../ports/mounter.js';
import type { Quota } from '../../ports/quota.js';
import type { Random } from '../../ports/random.js';
import { FakeClock } from './clock.js';
import { failure } from './failure.js';
import { FakeFileSystem } from './file-system.js';
import { FakeKernel } from './kernel.js';
import { FakeLogger } from './logger.js';
import { FIRST_NAMESPACE, type Machine, type NamespaceId } from './machine.js';
import { FakeMounter } from './mounter.js';
import { FakeQuota } from './quota.js';
import { FakeRandom } from './random.js';
import { View } from './view.js';

/**
 * Who looks at a machine.
 *
 * @internal
 */
export interface FakePortsOptions {
  /** Whose mounts are seen; the first one's unless told. */
  readonly namespace?: NamespaceId;
  /** Messages below it are dropped; `warning` unless told. */
  readonly logLevel?: LogLevel;
}

/**
 * Every port on a machine in memory.
 *
 * @internal
 */
export interface FakePorts {
  readonly ports: {
    readonly fs: FileSystem;
    readonly mounter: Mounter;
    readonly quota: Quota;
    readonly kernel: Kernel;
    readonly random: Random;
    readonly clock: Clock;
    readonly logger: FakeLogger;
  };
  /**
   * Locks a directory, or fails with EAGAIN of `flock`.
   *
   * @returns what gives the lock up.
   */
  lockHome(home: string, mode: 'shared' | 'exclusive'): () => void;
}

/**
 * Opens the ports of a machine in memory. Any number of them may be open on one.
 *
 * @internal
 */
export function createFakePorts(machine: Machine, options: FakePortsOptions = {}): FakePorts {
  const { namespace = FIRST_NAMESPACE, logLevel = 'warning' } = options;
  const view = new View(machine, namespace);
  return {
    ports: {
      fs: new FakeFileSystem(view),
      mounter: new FakeMounter(view),
      quota: new FakeQuota(view),
      kernel: new FakeKernel(machine, namespace),
      random: new FakeRandom(machine),
      clock: new FakeClock(machine.clock),
      logger: new FakeLogger(logLevel),
    },
    lockHome(home, mode) {
      const { walk, calls } = view;
      try {
        walk.toParent(home);
        machine.close(calls.open(walk, OPEN.DIRECTORY, 0));
      } catch (error) {
        throw failure(error, 'open', home);
      }
      const release = machine.locks.take({ volume: walk.volume.id, node: walk.node }, mode);
      if (release === undefined) throw failure(inodeError('EAGAIN'), 'flock', home);
      return release;
    },
  };
}
