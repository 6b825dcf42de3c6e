import { GraphDriverError, isErrno, messageOf, SyscallError } from '../../domain/errors.js';

/**
 * An archive that could not be applied: the words of the seed, which extracts in a process of its
 * own, around what that process said. The cause is what went wrong.
 *
 * @public
 * @since 0.1.0
 */
export class ApplyArchiveError extends GraphDriverError {
  constructor(message: string, cause: unknown) {
    super('archive', message, { cause });
  }
}

/**
 * Wraps what stopped the native extraction.
 *
 * @source moby pkg/chrootarchive/archive_unix.go invokeUnpack
 * @internal
 */
export function untarError(cause: unknown): unknown {
  if (!(cause instanceof GraphDriverError)) return cause;
  const text = `Error processing tar file(exit status 1): ${messageOf(cause)}`;
  return new ApplyArchiveError(text, cause);
}

/**
 * Wraps what stopped the layer unpacker.
 *
 * @source moby pkg/chrootarchive/diff_unix.go applyLayerHandler
 * @internal
 */
export function applyLayerError(cause: unknown): unknown {
  if (!(cause instanceof GraphDriverError)) return cause;
  const text = `ApplyLayer exit status 1 stdout:  stderr: ${messageOf(cause)}`;
  return new ApplyArchiveError(text, cause);
}

/**
 * Makes the error of a missing stream.
 *
 * @source moby pkg/chrootarchive/archive.go untarHandler
 * @internal
 */
export function emptyArchiveError(): GraphDriverError {
  return new GraphDriverError('archive', 'Empty archive');
}

/**
 * Tells that the tree could not be entered as the extracting process would have: what is missing
 * can't be a root, and in what is no directory there is no room for the old root. (The seed draws a
 * number for the name of that room.)
 *
 * @param path - absolute path of the tree.
 * @source moby pkg/chrootarchive/chroot_linux.go chroot, realChroot
 * @internal
 */
export function chrootError(path: string, cause: unknown): unknown {
  if (!(cause instanceof SyscallError)) return cause;
  const text = isErrno(cause, 'ENOTDIR')
    ? `Error setting up pivot dir: mkdir ${path}/.pivot_root0: ${cause.strerror}`
    : `Error after fallback to chroot: ${cause.strerror}`;
  return new GraphDriverError('archive', text, { cause });
}
