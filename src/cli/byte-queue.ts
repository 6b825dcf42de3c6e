/**
 * Bytes of a stream that can be looked at before they are taken.
 *
 * @internal
 */
export class ByteQueue {
  readonly #source: AsyncIterator<Uint8Array>;
  /** What was read and not taken: a part of one chunk, or of the room. */
  #ahead: Uint8Array = new Uint8Array();
  /** Where chunks are joined. */
  #room = new Uint8Array();
  #isEnded = false;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** How many bytes can be taken without reading. */
  get length(): number {
    return this.#ahead.length;
  }

  /**
   * Reads until that many bytes are there; false where the stream ends before. What was taken
   * before is valid no longer.
   */
  async fill(bytes: number): Promise<boolean> {
    while (this.#ahead.length < bytes && !this.#isEnded) {
      const { done, value } = await this.#source.next();
      if (done === true) this.#isEnded = true;
      else this.#append(value);
    }
    return this.#ahead.length >= bytes;
  }

  /** Gives at most that many bytes, which stay. */
  peek(bytes: number): Uint8Array {
    return this.#ahead.subarray(0, bytes);
  }

  /** Takes at most that many bytes, which are valid until the next {@link ByteQueue.fill}. */
  take(bytes: number): Uint8Array {
    const taken = this.#ahead.subarray(0, bytes);
    this.#ahead = this.#ahead.subarray(taken.length);
    return taken;
  }

  /** Joins in memory that is kept, since new memory for every chunk would pile up. */
  #append(chunk: Uint8Array): void {
    const before = this.#ahead;
    if (before.length === 0) {
      this.#ahead = chunk;
      return;
    }
    const length = before.length + chunk.length;
    const room = this.#room.length < length ? new Uint8Array(2 * length) : this.#room;
    room.set(before);
    room.set(chunk, before.length);
    this.#room = room;
    this.#ahead = room.subarray(0, length);
  }

  /** Gives everything that is left, chunk by chunk. */
  async *rest(): AsyncGenerator<Uint8Array, void, void> {
    try {
      while (await this.fill(1)) yield this.take(this.length);
    } finally {
      await this.close();
    }
  }

  /** Tells the source that nothing more is wanted. */
  async close(): Promise<void> {
    await this.#source.return?.();
  }
}
