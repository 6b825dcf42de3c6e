import type { Readable, Writable } from 'node:stream';

/** A stream that may be a terminal. */
interface MaybeTerminal {
  readonly isTTY?: boolean | undefined;
}

/**
 * The signals that end a command in a defined way.
 *
 * @internal
 */
export type EndingSignal = 'SIGINT' | 'SIGTERM';

/**
 * Everything of its process that a command touches. `process` itself is one; tests make their own.
 *
 * @internal
 */
export interface CliStreams {
  readonly stdin: Readable & MaybeTerminal;
  readonly stdout: Writable & MaybeTerminal;
  readonly stderr: Writable & MaybeTerminal;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Subscribes to a signal; without it nothing interrupts a command. */
  on?(signal: EndingSignal, listener: () => void): unknown;
  off?(signal: EndingSignal, listener: () => void): unknown;
  /** The effective user id; without it the command takes itself for root. */
  geteuid?(): number;
}
