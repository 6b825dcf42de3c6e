import { SyscallError } from '../../domain/errors.js';
import { ERRNO } from '../../domain/go/errno.js';
import { decodeUtf8 } from '../../domain/utf8.js';

/**
 * Gives the result of a call, or throws its failure.
 *
 * @param result - what a function of `Libc` answered.
 * @param syscall - Go's word for the call.
 * @param path - the path or name as it was given.
 * @param dest - the new path of a two-path call.
 * @throws {@link SyscallError} when the result is a negative errno.
 * @internal
 */
export function check(
  result: number,
  syscall: string,
  path: string | Uint8Array,
  dest?: string | Uint8Array,
): number {
  if (result < 0) throw failure(-result, syscall, path, dest);
  return result;
}

/**
 * Makes the error of a failed call.
 *
 * @param errno - positive.
 * @internal
 */
export function failure(
  errno: number,
  syscall: string,
  path: string | Uint8Array,
  dest?: string | Uint8Array,
): SyscallError {
  const call = {
    errno,
    syscall,
    path: textOf(path),
    ...(dest === undefined ? {} : { dest: textOf(dest) }),
  };
  if (!isOrdinary(errno)) return new SyscallError(call);
  // Walking the stack costs several times the system call, and these answers are half of all
  // that is asked ("does it exist?", "is it a directory?"), so they carry no stack; operation and
  // path say enough. A limit of 0 would still begin the walk.
  const capture: { stackTraceLimit?: unknown } = Error;
  const limit = capture.stackTraceLimit;
  capture.stackTraceLimit = undefined;
  const error = new SyscallError(call);
  capture.stackTraceLimit = limit;
  return error;
}

function isOrdinary(errno: number): boolean {
  switch (errno) {
    case ERRNO.ENOENT:
    case ERRNO.ENODATA:
    case ERRNO.EEXIST:
    case ERRNO.EISDIR:
    case ERRNO.ENOTEMPTY:
      return true;
    default:
      return false;
  }
}

function textOf(path: string | Uint8Array): string {
  return typeof path === 'string' ? path : decodeUtf8(path);
}
