import type { Logger, LogLevel } from '../../ports/logger.js';

const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warning', 'error'];
const CONTROL = /[\u0000-\u001f\u007f]/g;

/**
 * Writes one line a message, `<level>: <message>`, to standard error or wherever it is told.
 *
 * @internal
 */
export class StderrLogger implements Logger {
  readonly #least: number;
  readonly #write: (line: string) => void;

  /**
   * @param level - messages below it are dropped.
   * @param write - takes a line with its newline.
   */
  constructor(
    level: LogLevel = 'info',
    write: (line: string) => void = (line) => void process.stderr.write(line),
  ) {
    this.#least = LEVELS.indexOf(level);
    this.#write = write;
  }

  log(level: LogLevel, message: string): void {
    if (LEVELS.indexOf(level) < this.#least) return;
    // Paths may hold anything; a message stays one line and cannot steer a terminal.
    this.#write(`${level}: ${message.replace(CONTROL, escapeControl)}\n`);
  }
}

function escapeControl(character: string): string {
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}
