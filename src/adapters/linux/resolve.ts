import { ERRNO } from '../../domain/go/errno.js';
import { check } from './check.js';
import { O } from './constants.js';
import type { Host } from './host.js';
import { walkInRoot } from './walk-in-root.js';

/** RESOLVE_IN_ROOT and RESOLVE_NO_MAGICLINKS. */
const RESOLVE = 0x10 | 0x02;
/** `..` fails with EAGAIN while anyone renames or mounts; so often in a row is an attack. */
const ATTEMPTS_MAX = 1000;
const OPEN_DIRECTORY = O.DIRECTORY | O.CLOEXEC;
/** The directory itself. */
const DOT = new Uint8Array([0x2e]);

/**
 * Opens directories below a directory that is taken for `/`.
 *
 * @internal
 */
export interface Resolver {
  /**
   * @param rootFd - the directory that nothing leaves.
   * @param path - slash-joined; empty for the directory itself.
   * @returns a new descriptor.
   * @throws {@link SyscallError} `open` as `openat2` fails.
   */
  resolve(rootFd: number, path: Uint8Array): number;
}

/**
 * Gives the resolver of this kernel: `openat2`, or before Linux 5.6 (or where a sandbox forbids the
 * call) a walk that gives the same answers.
 *
 * @param withoutOpenat2 - whether to walk whatever the kernel has.
 * @internal
 */
export function createResolver(host: Host, withoutOpenat2 = false): Resolver {
  const how = encodeOpenHow();
  let walks = withoutOpenat2;
  return {
    resolve(rootFd, path) {
      if (!walks) {
        const fd = openInRoot(host, rootFd, path, how);
        if (fd !== -ERRNO.ENOSYS) return check(fd, 'open', path);
        walks = true;
      }
      return check(walkInRoot(host, rootFd, path), 'open', path);
    },
  };
}

function openInRoot({ libc, scratch }: Host, fd: number, path: Uint8Array, how: Uint8Array) {
  const { first } = scratch;
  const unfit = first.setPath(path.length === 0 ? DOT : path);
  if (unfit !== 0) return unfit;
  let result = -ERRNO.EAGAIN;
  for (let attempt = 0; attempt < ATTEMPTS_MAX && result === -ERRNO.EAGAIN; attempt++) {
    result = libc.openat2(fd, first.bytes, how);
  }
  return result;
}

/** Gives `struct open_how`: flags, mode, resolve, 64 bits each. */
function encodeOpenHow(): Uint8Array {
  const how = new BigUint64Array([BigInt(OPEN_DIRECTORY), 0n, BigInt(RESOLVE)]);
  return new Uint8Array(how.buffer);
}
