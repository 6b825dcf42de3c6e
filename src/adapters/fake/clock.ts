import type { Timestamp } from '../../domain/host/file-stat.js';
import type { Clock } from '../../ports/clock.js';
import type { MachineClock } from './machine-clock.js';

/**
 * The machine's time. A wait lets that much of it pass and ends at once; a wait of 0 gives the
 * program's other work a turn.
 *
 * @internal
 */
export class FakeClock implements Clock {
  readonly #clock: MachineClock;

  constructor(clock: MachineClock) {
    this.#clock = clock;
  }

  now(): Timestamp {
    return this.#clock.now;
  }

  async sleep(milliseconds: number): Promise<void> {
    if (milliseconds > 0) this.#clock.advance(milliseconds);
    else await new Promise((resolve) => setImmediate(resolve));
  }

  monotonicMs(): number {
    return this.#clock.monotonicMs();
  }
}
