import { assert } from '../../assert.js';

/**
 * Bytes of a chunked stream by the piece: a view where a piece lies in one chunk, a copy only
 * where it spans chunks. Memory is one chunk and the largest piece asked for.
 *
 * A view is good until the next call that may read on; a source may reuse its chunks.
 *
 * @internal
 */
export class ByteSource {
  readonly #iterator: AsyncIterator<Uint8Array>;
  #chunk: Uint8Array = new Uint8Array(0);
  #at = 0;
  #done = false;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#iterator = source[Symbol.asyncIterator]();
  }

  /**
   * Gives the bytes past some that are left out, if the current chunk has them all and the first
   * is not zero; else nothing moves.
   */
  takeNow(length: number, leftOut: number): Uint8Array | undefined {
    const start = this.#at + leftOut;
    const end = start + length;
    if (end > this.#chunk.length || this.#chunk[start] === 0) return undefined;
    this.#at = end;
    return this.#chunk.subarray(start, end);
  }

  /** Gives the next bytes, fewer only at the end of the source. */
  async take(length: number): Promise<Uint8Array> {
    if (length <= this.#chunk.length - this.#at) return this.#rest(length);
    const copy = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      const piece = this.#rest(length - filled);
      copy.set(piece, filled);
      filled += piece.length;
      if (filled < length && !(await this.#readOn())) break;
    }
    return copy.subarray(0, filled);
  }

  /** Gives what comes next, at least one byte and at most some; undefined at the end. */
  async takeSome(lengthMax: number): Promise<Uint8Array | undefined> {
    assert(lengthMax > 0, 'takeSome is asked for at least one byte');
    if (this.#at === this.#chunk.length && !(await this.#readOn())) return undefined;
    return this.#rest(lengthMax);
  }

  /**
   * Passes over bytes.
   *
   * @returns how many of them were missing at the end of the source.
   */
  async skip(length: number): Promise<number> {
    let left = length;
    while (left > 0) {
      const piece = await this.takeSome(left);
      if (piece === undefined) break;
      left -= piece.length;
    }
    return left;
  }

  /** Reads the source to its end and forgets what it reads. */
  async drain(): Promise<void> {
    do this.#at = this.#chunk.length;
    while (await this.#readOn());
  }

  /** Tells the source that nobody reads on. */
  async close(): Promise<void> {
    if (this.#done) return;
    this.#done = true;
    this.#at = this.#chunk.length;
    await this.#iterator.return?.();
  }

  #rest(lengthMax: number): Uint8Array {
    const end = Math.min(this.#at + lengthMax, this.#chunk.length);
    const view = this.#chunk.subarray(this.#at, end);
    this.#at = end;
    return view;
  }

  /** Moves to the next chunk that is not empty; false at the end. The current one is used up. */
  async #readOn(): Promise<boolean> {
    while (!this.#done) {
      const result = await this.#iterator.next();
      if (result.done === true) {
        this.#done = true;
      } else if (result.value.length > 0) {
        this.#chunk = result.value;
        this.#at = 0;
        return true;
      }
    }
    return false;
  }
}
