import type { Timestamp } from '../../domain/host/file-stat.js';

const SECOND_NS = 1_000_000_000;
/** What a change of a file takes. */
const TICK_NS = 1_000;
const MILLISECOND_NS = 1_000_000;

/**
 * The time of a machine. It moves with every change of a file and with every wait, and never by
 * itself, so that a run is a function of what is done.
 *
 * @internal
 */
export class MachineClock {
  #now: Timestamp;
  #startNs: bigint;

  constructor(now: Timestamp) {
    this.#now = now;
    this.#startNs = nanosecondsOf(now);
  }

  get now(): Timestamp {
    return this.#now;
  }

  /** Moves on by as much as a change of a file takes, and gives the moment of that change. */
  tick(): Timestamp {
    const { seconds, nanoseconds } = this.#now;
    const next = nanoseconds + TICK_NS;
    this.#now =
      next < SECOND_NS
        ? { seconds, nanoseconds: next }
        : { seconds: seconds + 1n, nanoseconds: next - SECOND_NS };
    return this.#now;
  }

  /** Lets time pass. */
  advance(milliseconds: number): void {
    const total = nanosecondsOf(this.#now) + BigInt(Math.round(milliseconds * MILLISECOND_NS));
    this.#now = {
      seconds: total / BigInt(SECOND_NS),
      nanoseconds: Number(total % BigInt(SECOND_NS)),
    };
  }

  /** Milliseconds since the machine was made. */
  monotonicMs(): number {
    return Number(nanosecondsOf(this.#now) - this.#startNs) / MILLISECOND_NS;
  }

  /** An independent clock that shows the same time. */
  fork(): MachineClock {
    const fork = new MachineClock(this.#now);
    fork.#startNs = this.#startNs;
    return fork;
  }
}

function nanosecondsOf({ seconds, nanoseconds }: Timestamp): bigint {
  return seconds * BigInt(SECOND_NS) + BigInt(nanoseconds);
}
