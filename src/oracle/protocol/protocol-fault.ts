/**
 * A testee that did not answer as the protocol has it, or not at all. It is a verdict, not a
 * mistake of the judge's.
 *
 * @public
 * @since 0.1.0
 */
export class ProtocolFault extends Error {
  override readonly name = 'ProtocolFault';
  /** `late`, `exit`, `not-json` … */
  readonly fault: ProtocolFaultKind;
  /** The line that was sent, cut where it is long. */
  readonly request: string;
  /** What came instead of a reply. */
  readonly came: string;
  /** The end of what the testee wrote to standard error. */
  readonly stderr: string;

  constructor(fault: ProtocolFaultKind, told: Pick<ProtocolFault, 'request' | 'came' | 'stderr'>) {
    super(`${fault}: ${told.came}`);
    this.fault = fault;
    this.request = told.request;
    this.came = told.came;
    this.stderr = told.stderr;
  }
}

/** In what way a reply was none. */
export type ProtocolFaultKind =
  /** It could not be started. */
  | 'start'
  /** It ended, or closed its standard output. */
  | 'exit'
  /** Nothing came in time. */
  | 'late'
  /** A line that is too long. */
  | 'oversized'
  /** A line that is no JSON object. */
  | 'not-json'
  /** The reply of another request. */
  | 'wrong-id'
  /** More than one reply. */
  | 'surplus'
  /** A reply that the schema does not let through. */
  | 'wrong-reply';

/**
 * An operation that a target says it cannot do.
 *
 * @public
 * @since 0.1.0
 */
export class SkippedOperation extends Error {
  override readonly name = 'SkippedOperation';
  readonly method: string;
  readonly reason: string;

  constructor(method: string, reason: string) {
    super(`${method} was skipped: ${reason}`);
    this.method = method;
    this.reason = reason;
  }
}
