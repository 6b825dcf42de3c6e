import type { Answer } from '../commands/answer.js';
import type { Operation } from '../commands/operation.js';

/**
 * So many calls of one caller in a row, the beginning of an operation counted as one. A caller that
 * cannot go on that far, because it waits for a lock or is done, ends its part early.
 */
export type Part = readonly [caller: number, calls: number];

/**
 * Who goes on when. After the last part whoever went on last goes on as far as it can, then the
 * first that can.
 *
 * @public
 * @since 0.1.0
 */
export type Schedule = readonly Part[];

/**
 * Several callers of one driver at a time.
 *
 * @public
 * @since 0.1.0
 */
export interface Concurrency {
  /** What each caller does, one operation after the other. */
  readonly callers: readonly (readonly Operation[])[];
  readonly schedule: Schedule;
}

/** One operation of a caller, and when it began and ended. */
export interface Occurrence {
  readonly caller: number;
  readonly operation: Operation;
  readonly answer: Answer;
  /** Moments that order beginnings and ends among all callers. */
  readonly began: number;
  readonly ended: number;
}

/** One thing that happened while callers took turns. */
export interface Happening {
  readonly caller: number;
  readonly what: 'begins' | 'calls' | 'answers';
  tell(): string;
}
