import type { Clock } from '../../ports/clock.js';
import type { FileSystem } from '../../ports/file-system.js';
import type { Kernel } from '../../ports/kernel.js';
import type { KernelFeatures } from '../../ports/kernel-features.js';
import type { Logger, LogLevel } from '../../ports/logger.js';
import type { Mounter } from '../../ports/mounter.js';
import type { Quota } from '../../ports/quota.js';
import type { Random } from '../../ports/random.js';
import { LinuxClock } from './clock.js';
import { LinuxFileSystem } from './file-system.js';
import { FsopenMounter } from './fsopen-mounter.js';
import { lockHome, type HomeLock, type LockMode, type LockOptions } from './home-lock.js';
import { openHost } from './host.js';
import { LinuxKernelFeatures } from './kernel-features.js';
import { LinuxKernel } from './kernel.js';
import { StderrLogger } from './logger.js';
import { Mount2Mounter } from './mounter.js';
import { LinuxQuota } from './project-quota.js';
import { LinuxRandom } from './random.js';

/**
 * How to reach the kernel.
 *
 * @internal
 */
export interface LinuxPortsOptions {
  /** Classic `mount(2)`, the default, or the new mount API. */
  readonly backend?: 'mount2' | 'fsopen';
  /** Messages below it are dropped; `info` unless told. */
  readonly logLevel?: LogLevel;
  /** Takes log lines instead of standard error. */
  readonly writeLog?: (line: string) => void;
  /** Resolves confined paths as on kernels before 5.6. */
  readonly withoutOpenat2?: boolean;
}

/**
 * Every port on this machine.
 *
 * @internal
 */
export interface LinuxPorts {
  readonly ports: {
    readonly fs: FileSystem;
    readonly mounter: Mounter;
    readonly quota: Quota;
    readonly kernel: Kernel;
    readonly random: Random;
    readonly clock: Clock;
    readonly logger: Logger;
  };
  readonly features: KernelFeatures;
  /** Locks a home against other processes. */
  lockHome(home: string, mode: LockMode, options?: LockOptions): Promise<HomeLock>;
  /** Ends the mount thread, if there is one; mounts stay. */
  dispose(): Promise<void>;
}

/**
 * Opens the ports of this machine.
 *
 * @throws {@link GraphDriverError} code `host`, in one sentence, where this is not Linux or koffi
 *   is missing.
 * @internal
 */
export function createLinuxPorts(options: LinuxPortsOptions = {}): LinuxPorts {
  const { backend = 'mount2', logLevel = 'info', withoutOpenat2 = false } = options;
  const host = openHost();
  const logger = new StderrLogger(logLevel, options.writeLog);
  const clock = new LinuxClock(host);
  const classic = new Mount2Mounter(host);
  const mounter = backend === 'fsopen' ? new FsopenMounter(host, classic, logger) : classic;
  return {
    ports: {
      fs: new LinuxFileSystem(host, { withoutOpenat2 }),
      mounter,
      quota: new LinuxQuota(host),
      kernel: new LinuxKernel(host),
      random: new LinuxRandom(host),
      clock,
      logger,
    },
    features: new LinuxKernelFeatures(host),
    lockHome: (home, mode, lockOptions) => lockHome(host, clock, { home, mode }, lockOptions),
    dispose: () => classic.dispose(),
  };
}
