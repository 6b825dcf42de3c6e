import { setImmediate, setTimeout } from 'node:timers/promises';

import type { Timestamp } from '../../domain/host/file-stat.js';
import type { Clock } from '../../ports/clock.js';
import { check } from './check.js';
import type { Host } from './host.js';
import { TimesBuffer } from './times-buffer.js';

const CLOCK_REALTIME = 0;

/**
 * The host's clocks.
 *
 * @internal
 */
export class LinuxClock implements Clock {
  readonly #host: Host;
  readonly #time = new TimesBuffer();

  constructor(host: Host) {
    this.#host = host;
  }

  now(): Timestamp {
    check(this.#host.libc.clockGettime(CLOCK_REALTIME, this.#time.bytes), 'clock_gettime', '');
    return this.#time.first;
  }

  async sleep(milliseconds: number): Promise<void> {
    await (milliseconds <= 0 ? setImmediate() : setTimeout(milliseconds));
  }

  monotonicMs(): number {
    return performance.now();
  }
}
