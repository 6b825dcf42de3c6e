/** Establishes which paths and names reach a call, and how they lie in memory. */
import { expect, test } from 'vitest';
import { FdPath, NameBuffer } from '../../../../src/adapters/linux/name-buffer.js';
import { AssertionError } from '../../../../src/domain/assert.js';
import { decodeUtf8, encodeUtf8 } from '../../../../src/domain/utf8.js';

const EINVAL = -22;
const ENAMETOOLONG = -36;

function textIn({ bytes }: { readonly bytes: Uint8Array }): string {
  return decodeUtf8(bytes.subarray(0, bytes.indexOf(0)));
}

test('a shorter text after a longer one ends where it ends', () => {
  const buffer = new NameBuffer();

  expect([buffer.setText('/long/path'), buffer.setText('/ä')]).toEqual([0, 0]);

  expect(textIn(buffer)).toBe('/ä');
});

test('4095 bytes fit and 4096 do not, counted as UTF-8', () => {
  const buffer = new NameBuffer();

  expect(buffer.setText('x'.repeat(4095))).toBe(0);
  expect(textIn(buffer)).toHaveLength(4095);
  expect(buffer.setText('x'.repeat(4096))).toBe(ENAMETOOLONG);
  expect(buffer.setText('ä'.repeat(2048))).toBe(ENAMETOOLONG);
  expect(buffer.setText('€'.repeat(1365))).toBe(0);
  expect(buffer.setPath(new Uint8Array(4095).fill(0x78))).toBe(0);
  expect(buffer.setPath(new Uint8Array(4096).fill(0x78))).toBe(ENAMETOOLONG);
  expect(buffer.setComponent(new Uint8Array(4096).fill(0x78))).toBe(ENAMETOOLONG);
});

test('a NUL anywhere is refused', () => {
  const buffer = new NameBuffer();

  expect(buffer.setText('a\0')).toBe(EINVAL);
  expect(buffer.setPath(encodeUtf8('\0a'))).toBe(EINVAL);
  expect(buffer.setComponent(encodeUtf8('a\0b'))).toBe(EINVAL);
});

test('a component may be . or begin with dots, but is not .. and holds no slash', () => {
  const buffer = new NameBuffer();

  for (const name of ['.', '...', '..a', '.a', 'a..']) {
    expect(buffer.setComponent(encodeUtf8(name))).toBe(0);
    expect(textIn(buffer)).toBe(name);
  }
  for (const name of ['..', '/', 'a/', '/a', '../a']) {
    expect(() => buffer.setComponent(encodeUtf8(name))).toThrow(AssertionError);
  }
});

test('a path through a descriptor is that of /proc', () => {
  const path = new FdPath();

  expect(path.setComponent(123, encodeUtf8('name'))).toBe(0);
  expect(textIn(path)).toBe('/proc/self/fd/123/name');
  expect(path.setComponent(4, encodeUtf8('n'))).toBe(0);
  expect(textIn(path)).toBe('/proc/self/fd/4/n');
  expect(path.setComponent(4, new Uint8Array())).toBe(-2);
  expect(() => path.setComponent(4, encodeUtf8('..'))).toThrow(AssertionError);
});
