import type { CliStreams } from './streams.js';

const EVERY_MS = 200;
const MIB = 1024 * 1024;
const MS_PER_SECOND = 1000;
/** Back to the start of the line, and clear it. */
const CLEAR_LINE = '\r\u001b[K';

/**
 * A line on a terminal that says how much was read; nothing elsewhere, nor where `NO_COLOR` or
 * `CI` is set.
 *
 * @internal
 */
export class Progress {
  readonly #streams: CliStreams;
  readonly #isShown: boolean;
  readonly #start = performance.now();
  #lastShown = 0;
  #readBytes = 0;

  constructor(streams: CliStreams) {
    const { NO_COLOR, CI } = streams.env;
    this.#streams = streams;
    this.#isShown = streams.stderr.isTTY === true && !NO_COLOR && !CI;
  }

  /** The same chunks, counted. */
  async *watch(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
    for await (const chunk of source) {
      this.#readBytes += chunk.length;
      this.#show();
      yield chunk;
    }
  }

  /** Takes the line away. */
  end(): void {
    if (this.#lastShown > 0) this.#streams.stderr.write(CLEAR_LINE);
    this.#lastShown = 0;
  }

  #show(): void {
    if (!this.#isShown) return;
    const now = performance.now();
    if (now - this.#lastShown < EVERY_MS) return;
    this.#lastShown = now;
    const seconds = ((now - this.#start) / MS_PER_SECOND).toFixed(1);
    const text = `${(this.#readBytes / MIB).toFixed(1)} MiB read, ${seconds} s`;
    this.#streams.stderr.write(`${CLEAR_LINE}${text}`);
  }
}
