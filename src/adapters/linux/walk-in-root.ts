import { ERRNO } from '../../domain/go/errno.js';
import { O } from './constants.js';
import type { Host } from './host.js';

/** The kernel follows so many symlinks in one path. */
const LINKS_MAX = 40;
const PATH_MAX = 4096;
const SLASH = 0x2f;
const DOT = 0x2e;
const DOT_NAME = new Uint8Array([DOT]);
/** Passing through a directory takes the right to search it, not to read it. */
const PASS = O.PATH | O.DIRECTORY | O.NOFOLLOW | O.CLOEXEC;

/**
 * Opens a directory component by component, each without following, so that no symlink and no `..`
 * is ever left to the kernel: what `openat2` with RESOLVE_IN_ROOT answers, for kernels without it.
 *
 * @returns a descriptor, or a negative errno.
 * @internal
 */
export function walkInRoot(host: Host, rootFd: number, path: Uint8Array): number {
  if (path.includes(0)) return -ERRNO.EINVAL;
  if (path.length >= PATH_MAX) return -ERRNO.ENAMETOOLONG;
  const opened: number[] = [];
  try {
    return walk(host, rootFd, path, opened);
  } finally {
    for (const fd of opened) host.libc.close(fd);
  }
}

/** Walks with a stack of the directories from the root to where it is; `..` takes one off. */
function walk(host: Host, rootFd: number, path: Uint8Array, opened: number[]): number {
  const pending = splitPath(path).reverse();
  let links = 0;
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const here = opened.at(-1) ?? rootFd;
    if (isDotDot(name)) {
      const left = opened.pop();
      if (left !== undefined) host.libc.close(left);
      continue;
    }
    const fd = open(host, here, name, PASS);
    if (fd >= 0) {
      opened.push(fd);
      continue;
    }
    if (fd !== -ERRNO.ENOTDIR) return fd;
    const target = readLink(host, here, name);
    if (target === undefined) return -ERRNO.ENOTDIR;
    if (++links > LINKS_MAX) return -ERRNO.ELOOP;
    if (target[0] === SLASH) for (const left of opened.splice(0)) host.libc.close(left);
    pending.push(...splitPath(target).reverse());
  }
  return open(host, opened.at(-1) ?? rootFd, DOT_NAME, O.DIRECTORY | O.CLOEXEC);
}

function open({ libc, scratch }: Host, fd: number, name: Uint8Array, flags: number): number {
  return scratch.first.setComponent(name) || libc.openat(fd, scratch.first.bytes, flags, 0);
}

/** Gives the target, or nothing for what is no symlink. */
function readLink({ libc, scratch }: Host, fd: number, name: Uint8Array): Uint8Array | undefined {
  const { first, large } = scratch;
  const length = first.setComponent(name) || libc.readlinkat(fd, first.bytes, large, PATH_MAX);
  return length < 0 ? undefined : large.slice(0, length);
}

/** Splits at slashes; empty components and `.` name the directory that one is in. */
function splitPath(path: Uint8Array): Uint8Array[] {
  const names: Uint8Array[] = [];
  for (let start = 0; start <= path.length;) {
    const slash = path.indexOf(SLASH, start);
    const end = slash === -1 ? path.length : slash;
    const name = path.subarray(start, end);
    if (name.length > 1 || (name.length === 1 && name[0] !== DOT)) names.push(name);
    start = end + 1;
  }
  return names;
}

function isDotDot(name: Uint8Array): boolean {
  return name.length === 2 && name[0] === DOT && name[1] === DOT;
}
