/** Establishes how attributes are read into little memory first, and how lists of names split. */
import { expect, test } from 'vitest';
import { createScratch } from '../../../../src/adapters/linux/scratch.js';
import { readAttribute, splitAttributeNames } from '../../../../src/adapters/linux/xattr.js';
import { encodeUtf8, equalBytes } from '../../../../src/domain/utf8.js';
import { withMessage } from '../../../helpers/with-message.js';

const ERANGE = -34;
const ENODATA = -61;

/** Plays a kernel that holds a value of so many bytes, and remembers the sizes it was offered. */
function kernelWith(length: number) {
  const offered: number[] = [];
  const read = (value: Uint8Array, size: number): number => {
    offered.push(size);
    if (size < length) return ERANGE;
    value.fill(7, 0, length);
    return length;
  };
  return { read, offered };
}

test.each([
  [0, 1],
  [256, 1],
  [257, 2],
  [65536, 2],
])('a value of %i bytes takes %i calls', (length, calls) => {
  const { read, offered } = kernelWith(length);

  const value = readAttribute(createScratch(), read, 'getxattr', '/p');

  expect(equalBytes(value, new Uint8Array(length).fill(7))).toBe(true);
  expect(offered).toHaveLength(calls);
});

test('a value is a copy: the next call does not change it', () => {
  const scratch = createScratch();
  const value = readAttribute(scratch, kernelWith(3).read, 'getxattr', '/p');

  scratch.small.fill(0);

  expect(value).toEqual(Uint8Array.of(7, 7, 7));
});

test('other failures are told, and so is a value that never fits', () => {
  const scratch = createScratch();

  expect(() => readAttribute(scratch, () => ENODATA, 'getxattr', '/p')).toThrow(
    withMessage('getxattr /p: no data available'),
  );
  expect(() => readAttribute(scratch, () => ERANGE, 'getxattr', '/p')).toThrow(
    withMessage('getxattr /p: numerical result out of range'),
  );
});

test('a list is split at the NUL that ends each name', () => {
  expect(splitAttributeNames(new Uint8Array())).toEqual([]);
  expect(splitAttributeNames(encodeUtf8('a\0'))).toEqual(['a']);
  expect(splitAttributeNames(encodeUtf8('user.a\0trusted.b\0'))).toEqual(['user.a', 'trusted.b']);
});
