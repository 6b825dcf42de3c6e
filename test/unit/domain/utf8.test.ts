/** Establishes that bytes and texts are counted, compared and joined as Go does its strings. */
import { expect, test } from 'vitest';
import {
  compareBytes,
  concatBytes,
  decodeUtf8,
  encodeUtf8,
  equalBytes,
  isUtf8,
  utf8ByteLength,
} from '../../../src/domain/utf8.js';

/** Texts with the bytes that Go's `len` counts; lone surrogates become U+FFFD, three bytes. */
const LENGTHS: readonly (readonly [text: string, bytes: number])[] = [
  ['', 0],
  ['abc', 3],
  ['\u007f', 1],
  ['\u0080', 2],
  ['\u07ff', 2],
  ['\u0800', 3],
  ['\ud7ff', 3],
  ['\ue000', 3],
  ['\uffff', 3],
  ['\u{10000}', 4],
  ['\u{10ffff}', 4],
  ['a\u{1f600}b', 6],
  ['\ud800', 3],
  ['\ud800a', 4],
  ['\udbff\udfff', 4],
  ['\udc00\udc00', 6],
  ['\ud800\ud800', 6],
  ['\ud800\ue000', 6],
  ['\ud800\udbff', 6],
  ['\u0800\udc00', 6],
  ['é\u{1f600}é', 8],
];

test.each(LENGTHS)('%j has %i bytes', (text, bytes) => {
  expect(utf8ByteLength(text)).toBe(bytes);
  expect(encodeUtf8(text)).toHaveLength(bytes);
});

test.each([
  [[0x61], true],
  [[0xc3, 0xa9], true],
  [[0xef, 0xbb, 0xbf], true],
  [[0xc3], false],
  [[0xff], false],
  [[0xed, 0xa0, 0x80], false],
])('%j is UTF-8: %j', (bytes, expected) => {
  expect(isUtf8(Uint8Array.from(bytes))).toBe(expected);
});

test('a byte order mark is text like any other', () => {
  expect(decodeUtf8(Uint8Array.from([0xef, 0xbb, 0xbf, 0x61]))).toBe('\ufeffa');
  expect(decodeUtf8(Uint8Array.from([0xff, 0x61]))).toBe('\ufffda');
});

test.each([
  [[], [], 0],
  [[1], [], 1],
  [[], [1], -1],
  [[1, 2], [1, 3], -1],
  [[0x80], [0x7f], 1],
  [[1, 2], [1], 1],
  [[1, 2], [1, 2], 0],
])('%j against %j is %i', (a, b, sign) => {
  const [left, right] = [Uint8Array.from(a), Uint8Array.from(b)];
  expect(Math.sign(compareBytes(left, right))).toBe(sign);
  expect(equalBytes(left, right)).toBe(sign === 0);
});

test('parts are joined in order', () => {
  const joined = concatBytes(Uint8Array.of(1), new Uint8Array(0), Uint8Array.of(2, 3));
  expect([...joined]).toEqual([1, 2, 3]);
});
