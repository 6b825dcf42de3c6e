/** Bytes of a buffer; chunks are at most this long but for single pieces that are longer. */
const BUFFER_BYTES = 1 << 20;
/** The first one is small, as most archives are: zeroing a megabyte takes longer than they do. */
const FIRST_BUFFER_BYTES = 1 << 13;
/** The ones after it get larger, up to the full size. */
const GROWTH = 8;
/** A chunk is given away when it holds this many bytes. */
const CHUNK_BYTES = 1 << 19;

/**
 * Collects headers and small files into chunks, so that a consumer is not asked for every 512
 * bytes. What was given away is never written to again.
 *
 * @internal
 */
export class ChunkBuffer {
  readonly #full: Uint8Array[] = [];
  #buffer = new Uint8Array(FIRST_BUFFER_BYTES);
  #start = 0;
  #end = 0;
  /** No byte from here on was ever written to. */
  #touched = 0;

  /** Whether chunks wait to be taken. */
  get isDue(): boolean {
    return this.#full.length > 0 || this.#end - this.#start >= CHUNK_BYTES;
  }

  /** Appends a copy. */
  append(bytes: Uint8Array): void {
    this.room(bytes.length).set(bytes);
    this.#end += bytes.length;
  }

  /** Appends zeros. */
  appendZeros(length: number): void {
    const room = this.room(length);
    // Memory comes zeroed; only what was written beyond the end has to be wiped.
    if (this.#touched > this.#end) room.fill(0);
    this.#end += length;
  }

  /** Gives room behind what was appended, to be filled and then {@link ChunkBuffer.advance}d. */
  room(length: number): Uint8Array {
    if (this.#end + length > this.#buffer.length) {
      this.#flush();
      this.#buffer = new Uint8Array(Math.max(this.#nextBytes(), length));
      this.#start = 0;
      this.#end = 0;
      this.#touched = 0;
    }
    return this.#buffer.subarray(this.#end, this.#end + length);
  }

  /**
   * Counts bytes of the last room as appended.
   *
   * @param written - how many bytes of the room may hold something, if more.
   */
  advance(length: number, written = length): void {
    this.#touched = Math.max(this.#touched, this.#end + written);
    this.#end += length;
  }

  /** Takes everything out. */
  take(): readonly Uint8Array[] {
    this.#flush();
    return this.#full.splice(0);
  }

  #nextBytes(): number {
    return Math.min(this.#buffer.length * GROWTH, BUFFER_BYTES);
  }

  #flush(): void {
    if (this.#end === this.#start) return;
    this.#full.push(this.#buffer.subarray(this.#start, this.#end));
    this.#start = this.#end;
  }
}
