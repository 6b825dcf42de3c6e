import type { EndingSignal } from './streams.js';

/**
 * What the exit codes mean.
 *
 * @internal
 */
export const EXIT = Object.freeze({
  OK: 0,
  FAILED: 1,
  USAGE: 2,
  HOST_CANNOT: 3,
  OUR_FAULT: 70,
});

/**
 * The exit codes of commands that a signal ended, as shells give them.
 *
 * @internal
 */
export const SIGNAL_EXIT: Readonly<Record<EndingSignal, number>> = Object.freeze({
  SIGINT: 130,
  SIGTERM: 143,
});

/**
 * Ends a command with an exit code when all that there is to say was said.
 *
 * @internal
 */
export class CommandExit extends Error {
  override readonly name = 'CommandExit';
  readonly exitCode: number;

  constructor(exitCode: number) {
    super(`exit ${exitCode}`);
    this.exitCode = exitCode;
  }
}

/**
 * A command line that is wrong; the message says in one line what is.
 *
 * @internal
 */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
