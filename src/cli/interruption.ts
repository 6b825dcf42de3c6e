import { GraphDriverError } from '../domain/errors.js';
import type { Ports } from '../driver/context.js';
import type { CliStreams, EndingSignal } from './streams.js';

/**
 * What an operation fails with that a signal ended. It is an error of the driver's kind, so that
 * the operation is undone as after any other failure.
 *
 * @internal
 */
export class InterruptedError extends GraphDriverError {
  readonly signal: EndingSignal;

  constructor(signal: EndingSignal) {
    super('interrupted', `interrupted by ${signal}`);
    this.signal = signal;
  }
}

/**
 * Turns the first ending signal into a failure of whatever the operation waits for: the next wait
 * fails, and nothing after it, so that the undo runs. A second signal has its ordinary effect.
 *
 * @internal
 */
export class Interruption {
  readonly #streams: CliStreams;
  readonly #listeners = new Set<() => void>();
  readonly #handlers: readonly (readonly [EndingSignal, () => void])[];
  #signal: EndingSignal | undefined;
  #isTold = false;

  constructor(streams: CliStreams) {
    this.#streams = streams;
    const handler = (signal: EndingSignal) => () => this.#interrupt(signal);
    this.#handlers = (['SIGINT', 'SIGTERM'] as const).map((signal) => [signal, handler(signal)]);
    for (const [signal, listener] of this.#handlers) streams.on?.(signal, listener);
  }

  /** The signal that came; undefined while none has. */
  get signal(): EndingSignal | undefined {
    return this.#signal;
  }

  /** Calls a listener when a signal comes; gives the function that takes it away. */
  onInterrupt(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** The same ports, but that a wait fails when a signal has come. */
  decorate(ports: Ports): Ports {
    const { clock } = ports;
    return {
      ...ports,
      clock: {
        now: () => clock.now(),
        monotonicMs: () => clock.monotonicMs(),
        sleep: async (milliseconds) => {
          await this.#untilInterrupted(clock.sleep(milliseconds));
          if (this.#signal === undefined || this.#isTold) return;
          this.#isTold = true;
          throw new InterruptedError(this.#signal);
        },
      },
    };
  }

  /** Gives the signals back to the process. */
  dispose(): void {
    for (const [signal, listener] of this.#handlers) this.#streams.off?.(signal, listener);
    this.#listeners.clear();
  }

  #interrupt(signal: EndingSignal): void {
    this.#signal = signal;
    for (const [name, listener] of this.#handlers) this.#streams.off?.(name, listener);
    for (const listener of this.#listeners) listener();
  }

  async #untilInterrupted(wait: Promise<void>): Promise<void> {
    if (this.#isTold || this.#signal !== undefined) return wait;
    let forget = (): void => undefined;
    const interrupted = new Promise<void>((resolve) => (forget = this.onInterrupt(resolve)));
    try {
      await Promise.race([wait, interrupted]);
    } finally {
      forget();
    }
  }
}
