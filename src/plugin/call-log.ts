import { type Logger, pino } from 'pino';
import type { LogLevel } from '../ports/logger.js';

/** How urgent a line is, by pino's numbers; the names are the driver's own. */
const LEVELS: Readonly<Record<LogLevel, number>> = { debug: 20, info: 30, warning: 40, error: 50 };
/** As the driver's logger writes them. */
const LEVEL_OF_LINE = /^(debug|info|warning|error): (.*?)\n?$/s;

/**
 * What a line tells besides its message.
 *
 * @internal
 */
export type LogFields = Readonly<Record<string, string | number | undefined>>;

/**
 * Writes logs, one JSON object a line: `level`, `time`, `msg` and whatever belongs to it.
 *
 * @internal
 */
export class JsonLog {
  readonly #logger: Logger<LogLevel, true>;

  /**
   * @param level - messages below it are dropped.
   * @param write - takes a line with its newline.
   */
  constructor(level: LogLevel, write: (line: string) => void) {
    this.#logger = pino<LogLevel, true>(
      {
        level,
        customLevels: LEVELS,
        useOnlyCustomLevels: true,
        base: null,
        timestamp: () => `,"time":"${new Date().toISOString()}"`,
        formatters: { level: (label) => ({ level: label }) },
      },
      { write },
    );
  }

  /** Writes one line. */
  log(level: LogLevel, msg: string, fields: LogFields = {}): void {
    this.#logger[level](fields, msg);
  }

  /** Writes what a driver has logged in a line of its own form. */
  logDriverLine(line: string): void {
    const [, level = 'info', msg = line] = LEVEL_OF_LINE.exec(line) ?? [];
    this.log(isLevel(level) ? level : 'info', msg, { of: 'driver' });
  }
}

function isLevel(text: string): text is LogLevel {
  return Object.hasOwn(LEVELS, text);
}
