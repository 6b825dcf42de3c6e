import { runsLeft } from '../../oracle/faults/search.js';
import type { SearchState } from '../../oracle/faults/search-state.js';
import type { CliStreams, EndingSignal } from '../streams.js';

/** In memory nothing waits, so that signals would not be heard without a turn now and then. */
const EVERY_MS = 100;
const COLUMNS = 100;
const SECONDS_PER_MINUTE = 60;
/** Back to the start of the line, and clear it. */
const CLEAR_LINE = '\r\u001b[K';

/**
 * A line on a terminal that says how far a search is, and an ear for signals.
 *
 * @internal
 */
export class FaultsProgress {
  readonly #streams: CliStreams;
  readonly #moves: boolean;
  readonly #handlers: readonly (readonly [EndingSignal, () => void])[];
  #signal: EndingSignal | undefined;
  #turnAt = 0;
  #isShown = false;

  constructor(streams: CliStreams) {
    const { NO_COLOR, CI } = streams.env;
    this.#streams = streams;
    this.#moves = streams.stderr.isTTY === true && !NO_COLOR && !CI;
    const signals = ['SIGINT', 'SIGTERM'] as const;
    this.#handlers = signals.map((signal) => [signal, () => (this.#signal = signal)]);
    for (const [signal, listener] of this.#handlers) streams.on?.(signal, listener);
  }

  /** The signal that came; undefined while none has. */
  get signal(): EndingSignal | undefined {
    return this.#signal;
  }

  async show(state: SearchState, doing: string): Promise<void> {
    if (performance.now() - this.#turnAt < EVERY_MS) return;
    await new Promise((resume) => void setImmediate(resume));
    this.#turnAt = performance.now();
    if (!this.#moves) return;
    this.#isShown = true;
    const line = `${describeProgress(state)}  ${doing}`;
    this.#streams.stderr.write(CLEAR_LINE + line.slice(0, COLUMNS));
  }

  /** Takes the line away and gives the signals back. */
  end(): void {
    if (this.#isShown) this.#streams.stderr.write(CLEAR_LINE);
    this.#isShown = false;
    for (const [signal, listener] of this.#handlers) this.#streams.off?.(signal, listener);
  }
}

/** Gives how many states were visited, how many a second, how many are left and for how long. */
export function describeProgress(state: SearchState): string {
  const { explored, paths, visited, seconds } = state;
  if (explored < paths.length) return `looking at state ${explored + 1} of ${paths.length}`;
  const rate = visited / Math.max(seconds, 1);
  const left = runsLeft(state);
  const minutes = rate === 0 ? '?' : (left / rate / SECONDS_PER_MINUTE).toFixed(1);
  return `${visited} states, ${Math.round(rate)} a second, about ${left} left, ${minutes} min`;
}
