import { assert } from '../../domain/assert.js';
import { ERRNO } from '../../domain/go/errno.js';

/** PATH_MAX: the kernel takes no longer path, its NUL included. */
const PATH_MAX = 4096;
/** Room for the longest path whose UTF-16 length alone does not refuse it. */
const CAPACITY = 3 * PATH_MAX;
const SLASH = 0x2f;
const DOT = 0x2e;

/**
 * A NUL-terminated path or name in memory that stays where it is. The `set…` methods answer 0, or
 * the negative errno of a text that no call can take: EINVAL for a NUL inside (as Go's
 * BytePtrFromString), ENAMETOOLONG for what does not fit in PATH_MAX.
 *
 * @internal
 */
export class NameBuffer {
  readonly bytes: Uint8Array;
  readonly #buffer: Buffer;

  constructor() {
    this.#buffer = Buffer.alloc(CAPACITY);
    this.bytes = this.#buffer;
  }

  /** A text, encoded as UTF-8. */
  setText(text: string): number {
    if (text.includes('\0')) return -ERRNO.EINVAL;
    if (text.length >= PATH_MAX) return -ERRNO.ENAMETOOLONG;
    const length = this.#buffer.write(text, 0, 'utf8');
    if (length >= PATH_MAX) return -ERRNO.ENAMETOOLONG;
    this.bytes[length] = 0;
    return 0;
  }

  /** A path as bytes. */
  setPath(path: Uint8Array): number {
    if (path.includes(0)) return -ERRNO.EINVAL;
    if (path.length >= PATH_MAX) return -ERRNO.ENAMETOOLONG;
    this.bytes.set(path);
    this.bytes[path.length] = 0;
    return 0;
  }

  /** One component of a path; a slash or `..` would leave the directory, so no caller may. */
  setComponent(name: Uint8Array): number {
    return copyComponent(name, this.bytes, 0);
  }
}

/**
 * The path `/proc/self/fd/<fd>/<name>`, for calls that have no `…at` form.
 *
 * @internal
 */
export class FdPath {
  readonly bytes: Uint8Array;
  readonly #buffer: Buffer;
  readonly #prefixLength: number;

  constructor() {
    this.#buffer = Buffer.alloc(CAPACITY);
    this.#prefixLength = this.#buffer.write('/proc/self/fd/', 'latin1');
    this.bytes = this.#buffer;
  }

  /** One component below an open directory; answers as {@link NameBuffer.setComponent}. */
  setComponent(fd: number, name: Uint8Array): number {
    // The empty name must fail as in the `…at` calls, not name the directory itself.
    if (name.length === 0) return -ERRNO.ENOENT;
    let at = this.#prefixLength;
    at += this.#buffer.write(String(fd), at, 'latin1');
    this.bytes[at] = SLASH;
    return copyComponent(name, this.bytes, at + 1);
  }
}

function copyComponent(name: Uint8Array, into: Uint8Array, start: number): number {
  const { length } = name;
  if (length >= PATH_MAX) return -ERRNO.ENAMETOOLONG;
  for (let i = 0; i < length; i++) {
    const byte = name[i] as number;
    if (byte === 0) return -ERRNO.EINVAL;
    assert(byte !== SLASH, 'a name below a directory holds no slash');
    into[start + i] = byte;
  }
  assert(length !== 2 || name[0] !== DOT || name[1] !== DOT, 'a name below a directory is not ..');
  into[start + length] = 0;
  return 0;
}
