import { errnoName, errnoText } from './go/errno.js';

/**
 * The base of every error that the driver answers with. `message` is moby's text, byte for byte,
 * and `code` is stable across releases.
 *
 * @public
 * @since 0.1.0
 */
export class GraphDriverError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/**
 * What a failed system call was asked to do.
 *
 * @public
 * @since 0.1.0
 */
export interface FailedCall {
  /** Positive errno. */
  readonly errno: number;
  /** Go's word for the call: `open`, `stat`, `mkdir`, `unlinkat`, `mount` … */
  readonly syscall: string;
  /** The path, or for two-path calls the old path. */
  readonly path?: string;
  /** The new path of a two-path call (`symlink`, `link`, `rename`). */
  readonly dest?: string;
}

/**
 * A system call that failed. The message is Go's `<op> <path>: <strerror>`, or the bare strerror
 * when there is no path or {@link SyscallError.bare} was asked for.
 *
 * @source Go 1.13 os/error.go PathError, LinkError; syscall Errno
 * @public
 * @since 0.1.0
 */
export class SyscallError extends GraphDriverError {
  readonly errno: number;
  /** Symbolic name such as `ENOENT`. */
  readonly errnoName: string;
  readonly syscall: string;
  readonly path: string | undefined;
  readonly dest: string | undefined;

  constructor(call: FailedCall, message: string = describeCall(call)) {
    super('syscall', message);
    this.errno = call.errno;
    this.errnoName = errnoName(call.errno);
    this.syscall = call.syscall;
    this.path = call.path;
    this.dest = call.dest;
  }

  /** Go's text of the errno alone. */
  get strerror(): string {
    return errnoText(this.errno);
  }

  /** The same failure with Go's bare errno text as message, for calls that Go does not wrap. */
  bare(): SyscallError {
    return new SyscallError(asCall(this), this.strerror);
  }

  /** The same failure told as another operation or path, as Go's wrappers name it. */
  as(told: Partial<Omit<FailedCall, 'errno'>>): SyscallError {
    return new SyscallError({ ...asCall(this), ...told });
  }
}

/**
 * Tells whether a caught value is a {@link SyscallError} with one of the given errno names.
 *
 * @public
 * @since 0.1.0
 */
export function isErrno(error: unknown, ...names: readonly string[]): boolean {
  return error instanceof SyscallError && names.includes(error.errnoName);
}

/**
 * Tells what Go's `os.IsNotExist` tells of a failed call.
 *
 * @source Go 1.13 os/error_unix.go
 * @public
 * @since 0.1.0
 */
export function isNotExist(error: unknown): boolean {
  return isErrno(error, 'ENOENT');
}

/**
 * Gives the message of anything that was thrown.
 *
 * @internal
 */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function asCall(error: SyscallError): FailedCall {
  const { errno, syscall, path, dest } = error;
  return {
    errno,
    syscall,
    ...(path === undefined ? {} : { path }),
    ...(dest === undefined ? {} : { dest }),
  };
}

function describeCall({ errno, syscall, path, dest }: FailedCall): string {
  if (path === undefined) return errnoText(errno);
  const subject = dest === undefined ? path : `${path} ${dest}`;
  return `${syscall} ${subject}: ${errnoText(errno)}`;
}
