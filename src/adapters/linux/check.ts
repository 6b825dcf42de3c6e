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
  // that is asked ("does it exist?"), so they carry no stack; operation and path say enough.
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  const error = new SyscallError(call);
  Error.stackTraceLimit = limit;
  return error;
}

function isOrdinary(errno: number): boolean {
  return errno === ERRNO.ENOENT || errno === ERRNO.ENODATA || errno === ERRNO.EEXIST;
}

function textOf(path: string | Uint8Array): string {
  return typeof path === 'string' ? path : decodeUtf8(path);
}
