/** Shows what a frame header says, on headers written by zstd and by hand. */
import { expect, test } from 'vitest';
import { parseFrameHeader } from '../../../../src/cli/zstd/frame-header.js';

const MAGIC = [0x28, 0xb5, 0x2f, 0xfd];

const header = (...rest: readonly number[]): Uint8Array => Uint8Array.from([...MAGIC, ...rest]);

test('takes the window from its descriptor', () => {
  // --long=27 of zstd 1.5: no content size, a checksum, exponent 17.
  expect(parseFrameHeader(header(0x04, 0x88))).toEqual({
    lengthBytes: 6,
    windowBytes: 128n * 1024n * 1024n,
    contentBytes: undefined,
    hasChecksum: true,
    dictionaryId: 0,
  });
});

test('adds eighths of the window by the mantissa', () => {
  expect(parseFrameHeader(header(0x00, 0x0b))?.windowBytes).toBe(2048n + (2048n / 8n) * 3n);
});

test.each([
  ['one byte', header(0x24, 0x0b), 6, 11n],
  ['two bytes, which count from 256', header(0x64, 0x88, 0x12), 7, 5000n],
  ['four bytes', header(0xa0, 0x01, 0x00, 0x80, 0x00), 9, 0x80_0001n],
  ['eight bytes', header(0xe0, 0, 0, 0, 0, 0, 0, 0, 0x80), 13, 1n << 63n],
])('takes the window of a single segment from a content size of %s', (_, bytes, length, size) => {
  expect(parseFrameHeader(bytes)).toMatchObject({
    lengthBytes: length,
    windowBytes: size,
    contentBytes: size,
  });
});

test('finds the dictionary and the content size behind the window', () => {
  expect(parseFrameHeader(header(0x42, 0x00, 0x34, 0x12, 0x00, 0x01))).toEqual({
    lengthBytes: 10,
    windowBytes: 1024n,
    contentBytes: 512n,
    hasChecksum: false,
    dictionaryId: 0x1234,
  });
});

test.each([
  ['ends before its descriptor', header()],
  ['ends before the window', header(0x04)],
  ['ends within the content size', header(0x64, 0x88)],
  ['sets the reserved bit', header(0x2c, 0x0b)],
])('refuses a header that %s', (_, bytes) => {
  expect(parseFrameHeader(bytes)).toBeUndefined();
});
