/** Compares the checksum with published values, however the bytes arrive. */
import { expect, test } from 'vitest';
import { Xxh64 } from '../../../../src/cli/zstd/xxh64.js';

const FOX = 'The quick brown fox jumps over the lazy dog';

test.each([
  ['', 0x51d8e999],
  ['a', 0xa98c6e5b],
  ['abc', 0xad770999],
  [FOX, 0x1fda71bc],
])('gives the lower half of the hash of %j', (text, expected) => {
  const hash = new Xxh64();

  hash.update(Buffer.from(text));

  expect(hash.digest32()).toBe(expected);
});

test('gives the same whatever pieces the bytes come in', () => {
  const bytes = Buffer.from(FOX.repeat(20));
  const whole = new Xxh64();
  whole.update(bytes);

  for (let piece = 1; piece < 100; piece++) {
    const pieces = new Xxh64();
    for (let at = 0; at < bytes.length; at += piece) pieces.update(bytes.subarray(at, at + piece));
    expect(pieces.digest32()).toBe(whole.digest32());
  }
});
