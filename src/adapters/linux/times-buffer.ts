import type { Timestamp } from '../../domain/host/file-stat.js';

/** Two `struct timespec` of 64-bit numbers. */
const TIMES_BYTES = 32;

/**
 * Memory for the two times of `utimensat` and `futimens`.
 *
 * @internal
 */
export class TimesBuffer {
  readonly bytes = new Uint8Array(TIMES_BYTES);
  readonly #view = new DataView(this.bytes.buffer);

  /** Sets the access and the modification time. */
  set(atime: Timestamp, mtime: Timestamp): this {
    this.#put(0, atime);
    this.#put(16, mtime);
    return this;
  }

  /** Gives the first time, where `clock_gettime` writes. */
  get first(): Timestamp {
    return {
      seconds: this.#view.getBigInt64(0, true),
      nanoseconds: this.#view.getUint32(8, true),
    };
  }

  #put(at: number, { seconds, nanoseconds }: Timestamp): void {
    this.#view.setBigInt64(at, seconds, true);
    // Nanoseconds stay below 2^30; the upper half of the field is never written and stays 0.
    this.#view.setUint32(at + 8, nanoseconds, true);
  }
}
