import type { Logger, LogLevel } from '../../ports/logger.js';

const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warning', 'error'];

/**
 * Keeps log lines, `<level>: <message>`, in the order they came in.
 *
 * @internal
 */
export class FakeLogger implements Logger {
  readonly #lines: string[] = [];
  readonly #least: number;

  /** @param level - messages below it are dropped. */
  constructor(level: LogLevel = 'warning') {
    this.#least = LEVELS.indexOf(level);
  }

  get lines(): readonly string[] {
    return this.#lines;
  }

  log(level: LogLevel, message: string): void {
    if (LEVELS.indexOf(level) >= this.#least) this.#lines.push(`${level}: ${message}`);
  }
}
