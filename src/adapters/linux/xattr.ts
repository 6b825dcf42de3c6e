import { ERRNO } from '../../domain/go/errno.js';
import { decodeUtf8 } from '../../domain/utf8.js';
import { check } from './check.js';
import type { Scratch } from './scratch.js';

type ReadInto = (value: Uint8Array, size: number) => number;

/**
 * Reads an attribute value or a list of names: into little memory first, into as much as the
 * kernel can ever answer when that was too small.
 *
 * @returns a copy.
 * @throws {@link SyscallError} as the call fails.
 * @internal
 */
export function readAttribute(
  scratch: Scratch,
  read: ReadInto,
  syscall: string,
  path: string | Uint8Array,
): Uint8Array {
  const { small, large } = scratch;
  const length = read(small, small.length);
  if (length !== -ERRNO.ERANGE) return small.slice(0, check(length, syscall, path));
  return large.slice(0, check(read(large, large.length), syscall, path));
}

/**
 * Splits the list of names that `listxattr` gives, each ended by a NUL.
 *
 * @internal
 */
export function splitAttributeNames(list: Uint8Array): readonly string[] {
  return list.length === 0 ? [] : decodeUtf8(list.subarray(0, -1)).split('\0');
}
