import type { LogLevel } from '../ports/logger.js';

const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warning', 'error'];
/** As the driver's logger writes them. */
const LEVEL_OF_LINE = /^(debug|info|warning|error): (.*?)\n?$/s;

/**
 * What a line tells besides its message.
 *
 * @internal
 */
export type LogFields = Readonly<Record<string, string | number | undefined>>;

/**
 * Writes logs, one JSON object a line: `time`, `level`, `msg` and whatever belongs to it.
 *
 * @internal
 */
export class JsonLog {
  readonly #least: number;
  readonly #write: (line: string) => void;

  /**
   * @param level - messages below it are dropped.
   * @param write - takes a line with its newline.
   */
  constructor(level: LogLevel, write: (line: string) => void) {
    this.#least = LEVELS.indexOf(level);
    this.#write = write;
  }

  /** Writes one line. */
  log(level: LogLevel, msg: string, fields: LogFields = {}): void {
    if (LEVELS.indexOf(level) < this.#least) return;
    const time = new Date().toISOString();
    this.#write(`${JSON.stringify({ time, level, msg, ...fields })}\n`);
  }

  /** Writes what a driver has logged in a line of its own form. */
  logDriverLine(line: string): void {
    const [, level = 'info', msg = line] = LEVEL_OF_LINE.exec(line) ?? [];
    this.log(LEVELS.find((known) => known === level) ?? 'info', msg, { of: 'driver' });
  }
}
