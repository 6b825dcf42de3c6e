const NEWLINE = 0x0a;

/** What a chunk brought. */
export interface ReadLines {
  readonly lines: readonly Uint8Array[];
  /** The beginning of a line that is too long; nothing is read after it. */
  readonly oversized?: Uint8Array;
}

/**
 * Cuts a stream of chunks into lines, none of them longer than a limit.
 *
 * @internal
 */
export class LineReader {
  readonly #bytesMax: number;
  #parts: Uint8Array[] = [];
  #length = 0;

  /** @param bytesMax - of a line, its end not counted. */
  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** What has come of a line that is not yet at its end. */
  get rest(): Uint8Array {
    return Buffer.concat(this.#parts);
  }

  /** Takes a chunk and gives the lines that it ends, without their ends. */
  push(chunk: Uint8Array): ReadLines {
    const lines: Uint8Array[] = [];
    let from = 0;
    for (;;) {
      const at = chunk.indexOf(NEWLINE, from);
      this.#keep(chunk.subarray(from, at < 0 ? chunk.length : at));
      if (this.#length > this.#bytesMax) return { lines, oversized: this.rest };
      if (at < 0) return { lines };
      const [only] = this.#parts;
      lines.push(this.#parts.length === 1 && only !== undefined ? only : this.rest);
      this.#parts = [];
      this.#length = 0;
      from = at + 1;
    }
  }

  #keep(part: Uint8Array): void {
    if (part.length === 0) return;
    this.#parts.push(part);
    this.#length += part.length;
  }
}
