import type { Clock } from '../../ports/clock.js';

/** Looking at the clock costs about as much as a short system call, so not every step does it. */
const STEPS_PER_LOOK = 8;
/** Below the 10 ms that other work may have to wait. */
const TURN_MS = 7;

/**
 * Tells long work when to let other work have a turn.
 *
 * @internal
 */
export class Pacer {
  readonly #clock: Clock;
  #turnStart: number;
  #steps = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#turnStart = clock.monotonicMs();
  }

  /** To be asked once an entry or block: whether a {@link Pacer.rest} is due. */
  isDue(): boolean {
    this.#steps += 1;
    if (this.#steps % STEPS_PER_LOOK !== 0) return false;
    return this.#clock.monotonicMs() - this.#turnStart >= TURN_MS;
  }

  /** Gives other work a turn. */
  async rest(): Promise<void> {
    await this.#clock.sleep(0);
    this.#turnStart = this.#clock.monotonicMs();
  }
}
