import type { Clock } from '../ports/clock.js';
import type { FileSystem } from '../ports/file-system.js';
import type { Kernel } from '../ports/kernel.js';
import type { Logger } from '../ports/logger.js';
import type { Mounter } from '../ports/mounter.js';
import type { Quota } from '../ports/quota.js';
import type { Random } from '../ports/random.js';

/**
 * Everything outside the driver that it calls.
 *
 * @public
 * @since 0.1.0
 */
export interface Ports {
  readonly fs: FileSystem;
  readonly mounter: Mounter;
  readonly quota: Quota;
  readonly kernel: Kernel;
  readonly random: Random;
  readonly clock: Clock;
  readonly logger: Logger;
}
