import type { Timestamp } from '../domain/host/file-stat.js';

/** Time, so that a run is a function of its seed. */
export interface Clock {
  /** Wall-clock time. */
  now(): Timestamp;
  /** Waits; 0 gives other work a turn. */
  sleep(milliseconds: number): Promise<void>;
  /** Monotonic milliseconds, for deciding when long work has to yield. */
  monotonicMs(): number;
}
