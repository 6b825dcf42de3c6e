import { SyscallError } from '../../domain/errors.js';
import { InodeError } from '../../domain/union/inode-error.js';
import { decodeUtf8 } from '../../domain/utf8.js';

/**
 * Gives what a port's method throws for what was thrown below it: the one place where the errno of
 * a volume becomes the failure of a call, with Go's word for it and the path as it was given.
 *
 * @returns a SyscallError for an InodeError; anything else as it is.
 * @internal
 */
export function failure(
  error: unknown,
  syscall: string,
  path: string | Uint8Array,
  dest?: string | Uint8Array,
): unknown {
  if (!(error instanceof InodeError)) return error;
  const { errno } = error;
  const call =
    dest === undefined
      ? { errno, syscall, path: textOf(path) }
      : { errno, syscall, path: textOf(path), dest: textOf(dest) };
  // Walking the stack costs many times the call. A limit of 0 would still begin the walk.
  const capture: { stackTraceLimit?: unknown } = Error;
  const limit = capture.stackTraceLimit;
  capture.stackTraceLimit = undefined;
  const failed = new SyscallError(call);
  capture.stackTraceLimit = limit;
  return failed;
}

function textOf(path: string | Uint8Array): string {
  return typeof path === 'string' ? path : decodeUtf8(path);
}
