import type { Progress, StepReport } from '../../oracle/real-input/step.js';
import { InterruptedError } from '../interruption.js';
import type { CliStreams, EndingSignal } from '../streams.js';

const EVERY_MS = 100;
const MIB = 1024 * 1024;
/** Back to the start of the line, and clear it. */
const CLEAR_LINE = '\r\u001b[K';

/**
 * Tells how a check goes on: a line that moves on a terminal, and a line for each step that is
 * done. A signal ends the check at the next thing that it reports.
 *
 * @internal
 */
export class CheckProgress implements Progress {
  readonly #streams: CliStreams;
  readonly #moves: boolean;
  readonly #isQuiet: boolean;
  readonly #handlers: readonly (readonly [EndingSignal, () => void])[];
  #signal: EndingSignal | undefined;
  #shownAt = 0;

  constructor(streams: CliStreams, isQuiet: boolean) {
    const { NO_COLOR, CI } = streams.env;
    this.#streams = streams;
    this.#isQuiet = isQuiet;
    this.#moves = streams.stderr.isTTY === true && !NO_COLOR && !CI;
    const signals = ['SIGINT', 'SIGTERM'] as const;
    this.#handlers = signals.map((signal) => [signal, () => (this.#signal = signal)]);
    for (const [signal, listener] of this.#handlers) streams.on?.(signal, listener);
  }

  /** The signal that came; undefined while none has. */
  get signal(): EndingSignal | undefined {
    return this.#signal;
  }

  working(text: string): void {
    if (this.#signal !== undefined) throw new InterruptedError(this.#signal);
    this.show(text);
  }

  /** Tells the same without ending anything: whoever works looks for the signal itself. */
  show(text: string): void {
    const now = performance.now();
    if (!this.#moves || now - this.#shownAt < EVERY_MS) return;
    this.#shownAt = now;
    this.#streams.stderr.write(`${CLEAR_LINE}${text}`);
  }

  done(report: StepReport): void {
    this.#clear();
    if (!this.#isQuiet) this.#streams.stdout.write(`${formatStep(report)}\n`);
  }

  /** Takes the moving line away and gives the signals back. */
  end(): void {
    this.#clear();
    for (const [signal, listener] of this.#handlers) this.#streams.off?.(signal, listener);
  }

  /** The last line of a check that found no difference. */
  summary(target: string, profile: string, steps: readonly StepReport[]): string {
    const total = (what: string): number =>
      steps.reduce((sum, { counts }) => sum + (counts[what] ?? 0), 0);
    const seconds = steps.reduce((sum, step) => sum + step.seconds, 0);
    const compared = `${total('entries')} entries, ${total('answers')} answers`;
    return `${target} agrees with ${profile}: ${compared} in ${seconds.toFixed(1)} s\n`;
  }

  #clear(): void {
    if (this.#shownAt > 0) this.#streams.stderr.write(CLEAR_LINE);
    this.#shownAt = 0;
  }
}

/** Gives one line about a step: its name, what it counted, its seconds. */
function formatStep({ name, counts, seconds }: StepReport): string {
  const told = Object.entries(counts).map(([what, number]) =>
    what === 'bytes' ? `${(number / MIB).toFixed(1)} MiB` : `${number} ${what}`,
  );
  return [`${name}:`, `${told.join(', ')},`, `${seconds.toFixed(1)} s`].join(' ');
}
