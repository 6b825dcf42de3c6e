/**
 * An archive that holds something until it was read to its end, failed, or was returned, whichever
 * comes first; returning it works before the first chunk, too.
 *
 * @internal
 */
export class ClosingArchive implements AsyncIterableIterator<Uint8Array> {
  readonly #archive: AsyncIterator<Uint8Array, void, void>;
  readonly #close: () => Promise<void>;
  #closed = false;

  /** @param close - is called once. */
  constructor(archive: AsyncIterator<Uint8Array, void, void>, close: () => Promise<void>) {
    this.#archive = archive;
    this.#close = close;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Uint8Array, void>> {
    let result: IteratorResult<Uint8Array, void>;
    try {
      result = await this.#archive.next();
    } catch (error) {
      // The first failure is the one to tell.
      await this.#closeOnce().catch(() => undefined);
      throw error;
    }
    if (result.done === true) await this.#closeOnce();
    return result;
  }

  async return(): Promise<IteratorResult<Uint8Array, void>> {
    try {
      await this.#archive.return?.();
    } finally {
      await this.#closeOnce();
    }
    return { done: true, value: undefined };
  }

  async #closeOnce(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#close();
  }
}
