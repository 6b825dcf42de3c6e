import type { Concurrency } from '../concurrency/concurrent-case.js';
import type { Operation, Surroundings } from './operation.js';

/**
 * What one run performs: operations, one after the other, on a home that was just made, and then
 * those of several callers at a time, where it tells of any.
 *
 * @public
 * @since 0.1.0
 */
export interface Sequence {
  readonly surroundings: Surroundings;
  readonly operations: readonly Operation[];
  readonly concurrency?: Concurrency;
}

/**
 * Where a sequence is to run, as far as lengths of mount data depend on it.
 *
 * @public
 * @since 0.1.0
 */
export interface SequenceFacts {
  /** Bytes of the home's path without padding. */
  readonly homeLength: number;
  /** Characters that the last component of the home may be made longer by. */
  readonly paddingMax: number;
  /** Whether mounts ask for `index=off`. */
  readonly indexOff: boolean;
  /** Bytes that the kernel reads of mount data. */
  readonly pageSize: number;
}
