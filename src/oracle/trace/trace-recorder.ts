import { failureOf } from '../commands/failure.js';
import type { TraceHead } from './trace-event.js';

/** A call as the protocol names it. */
export interface RecordedCall {
  readonly method: string;
  readonly params: object;
}

/**
 * Writes a history: a line for each call that has ended, with the moments of its start and end.
 *
 * @public
 * @since 0.2.0
 */
export class TraceRecorder {
  readonly #write: (line: string) => void;
  readonly #now: () => bigint;
  readonly #caller: number | undefined;

  /**
   * @param write - takes each line, its newline included.
   * @param now - nanoseconds of a clock that never goes back, as `process.hrtime.bigint`.
   * @param caller - who makes the calls, where they come one after the other.
   */
  constructor(write: (line: string) => void, now: () => bigint, caller?: number) {
    this.#write = write;
    this.#now = now;
    this.#caller = caller;
  }

  /** Begins a history: calls that follow are of one home. */
  begin(head: TraceHead): void {
    this.#write(`${JSON.stringify({ trace: 1, ...head })}\n`);
  }

  /** Performs a call, writes it down, and gives what it gave. */
  async record<Result>(
    call: RecordedCall,
    act: () => Promise<Result>,
    tell: (result: Result) => object,
  ): Promise<Result> {
    const start = this.#now();
    try {
      const result = await act();
      this.note(call, start, { result: tell(result) });
      return result;
    } catch (error) {
      const { code, errno, message } = failureOf(error);
      const told = { message, ...(errno === undefined ? {} : { errno }), code };
      this.note(call, start, { error: told });
      throw error;
    }
  }

  /** Writes down a call that ends now. */
  note({ method, params }: RecordedCall, start: bigint, outcome: object): void {
    const moments = { start: start.toString(), end: this.#now().toString() };
    const caller = this.#caller === undefined ? {} : { caller: this.#caller };
    this.#write(`${JSON.stringify({ method, params, ...moments, ...outcome, ...caller })}\n`);
  }
}
