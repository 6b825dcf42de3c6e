import { GraphDriverError } from '../../domain/errors.js';
import type { Answer } from '../commands/answer.js';
import type { Operation } from '../commands/operation.js';
import type { World } from '../model/facts.js';

/**
 * One finished call of a history.
 *
 * @public
 * @since 0.2.0
 */
export interface TraceEvent {
  /** Of the file, from 1. */
  readonly line: number;
  readonly operation: Operation;
  readonly answer: Answer;
  /** Nanoseconds of one clock. */
  readonly began: bigint;
  readonly ended: bigint;
  /** Calls of one caller come one after the other, as the file has them. */
  readonly caller?: number;
}

/** What a history says of itself in its first line. */
export interface TraceHead {
  readonly home: string;
  readonly profile?: string;
  readonly world?: Partial<Omit<World, 'home'>>;
  /** Whether changes in trees that Get gave are in the history; else nobody knows of them. */
  readonly files?: 'recorded' | 'unseen';
}

/**
 * A line that is not of a history. The message is `line <number>: <what is wrong>`.
 *
 * @public
 * @since 0.2.0
 */
export class TraceError extends GraphDriverError {
  readonly line: number;

  constructor(line: number, what: string) {
    super('trace', `line ${line}: ${what}`);
    this.line = line;
  }
}

/** Where the reading of a history has come to. */
export interface ReadingPlace {
  readonly line: number;
  readonly home: string;
  /** Whether a driver was started before. */
  readonly hasBegun: boolean;
  /** The layers whose trees the paths are that Get gave; a Get is noted. */
  readonly trees: Map<string, string>;
}
