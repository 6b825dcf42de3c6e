import { ERRNO, type ErrnoName } from '../go/errno.js';

/**
 * The failure of a call on a volume: an errno and no more, since who walks knows the call and the
 * path. One object an errno, made before anything fails, because a failure in memory must not cost
 * more than the call.
 *
 * @internal
 */
export class InodeError extends Error {
  override readonly name = 'InodeError';
  readonly errnoName: ErrnoName;
  readonly errno: number;

  constructor(errnoName: ErrnoName) {
    super(errnoName);
    this.errnoName = errnoName;
    this.errno = ERRNO[errnoName];
  }
}

const FAILURES: ReadonlyMap<string, InodeError> = new Map(
  (Object.keys(ERRNO) as ErrnoName[]).map((name) => [name, new InodeError(name)]),
);

/**
 * Gives the failure of an errno, to be thrown.
 *
 * @internal
 */
export function inodeError(name: ErrnoName): InodeError {
  return FAILURES.get(name) as InodeError;
}
