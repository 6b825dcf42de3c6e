import type { CliStreams, EndingSignal } from '../streams.js';

const SIGNALS: readonly EndingSignal[] = ['SIGINT', 'SIGTERM'];

/**
 * Waits for the signal that ends a server. A second one has its ordinary effect.
 *
 * @returns the signal, once it came, and what ends the waiting.
 * @internal
 */
export function untilSignal(streams: CliStreams): {
  readonly came: Promise<EndingSignal>;
  forget(): void;
} {
  const listeners: (readonly [EndingSignal, () => void])[] = [];
  const forget = (): void => {
    for (const [signal, listener] of listeners.splice(0)) streams.off?.(signal, listener);
  };
  const came = new Promise<EndingSignal>((resolve) => {
    for (const signal of SIGNALS) {
      const listener = (): void => {
        forget();
        resolve(signal);
      };
      listeners.push([signal, listener]);
      streams.on?.(signal, listener);
    }
  });
  return { came, forget };
}
