import { check } from './check.js';
import { AT, O } from './constants.js';
import type { Host } from './host.js';

/** Enough for every file of /proc but a long mount table. */
const FIRST_BYTES = 64 * 1024;

/**
 * Reads a file of /proc or /sys to its end; such files tell no size beforehand and answer about a
 * page at a time.
 *
 * @throws {@link SyscallError} of `open` or `read`.
 * @internal
 */
export function readWhole({ libc, scratch }: Host, path: string): Uint8Array {
  const { first } = scratch;
  const fd = first.setText(path) || libc.openat(AT.FDCWD, first.bytes, O.CLOEXEC, 0);
  check(fd, 'open', path);
  let bytes = new Uint8Array(FIRST_BYTES);
  let length = 0;
  try {
    for (;;) {
      if (length === bytes.length) bytes = grown(bytes);
      const room = bytes.subarray(length);
      const read = check(libc.read(fd, room, room.length), 'read', path);
      if (read === 0) return bytes.subarray(0, length);
      length += read;
    }
  } finally {
    libc.close(fd);
  }
}

function grown(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(bytes.length * 2);
  larger.set(bytes);
  return larger;
}
