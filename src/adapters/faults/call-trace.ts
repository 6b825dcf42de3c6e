import { SyscallError } from '../../domain/errors.js';
import { everyCall } from './port-call.js';
import type { ArgumentSummary, Around, CallFilter, PortName } from './port-call.js';

/**
 * One call that was made, as data.
 *
 * @internal
 */
export interface TracedCall {
  /** From 1, in the order in which the calls began. */
  readonly number: number;
  readonly port: PortName;
  readonly call: string;
  /** The path of the open file or directory that was called; `''` for a port itself. */
  readonly subject: string;
  readonly args: readonly ArgumentSummary[];
  /** `ok`, an errno name, the name of another error, or `pending` until the call has ended. */
  readonly outcome: string;
}

/**
 * Records the calls of the ports that it stands around.
 *
 * @internal
 */
export class CallTrace {
  readonly #only: CallFilter;
  readonly #calls: TracedCall[] = [];

  /**
   * @param only - which calls are recorded and numbered.
   */
  constructor(only: CallFilter = everyCall) {
    this.#only = only;
  }

  /** What was recorded so far. */
  get calls(): readonly TracedCall[] {
    return [...this.#calls];
  }

  /** Give this to `interceptPorts`. */
  readonly around: Around = async (call, perform) => {
    if (!this.#only(call)) return perform();
    const { port, subject, args } = call;
    const at = this.#calls.length;
    const begun = { number: at + 1, port, call: call.call, subject, args };
    this.#calls.push({ ...begun, outcome: 'pending' });
    try {
      const result = await perform();
      this.#calls[at] = { ...begun, outcome: 'ok' };
      return result;
    } catch (error) {
      this.#calls[at] = { ...begun, outcome: outcomeOf(error) };
      throw error;
    }
  };
}

function outcomeOf(error: unknown): string {
  if (error instanceof SyscallError) return error.errnoName;
  return error instanceof Error ? error.name : String(error);
}
