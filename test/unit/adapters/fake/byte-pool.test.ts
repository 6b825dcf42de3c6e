/** Establishes that bytes of files are kept apart, cut and copied, beyond what memfs opens. */
import { expect, test } from 'vitest';
import { BytePool, type ByteFile } from '../../../../src/adapters/fake/byte-pool.js';
import { encodeUtf8 } from '../../../../src/domain/utf8.js';

const OWNER = {};

function textOf(file: ByteFile): string {
  const buffer = new Uint8Array(file.length);
  expect(file.read(0, buffer)).toBe(file.length);
  return new TextDecoder().decode(buffer);
}

function fileOf(pool: BytePool, text: string): ByteFile {
  const file = pool.take(OWNER);
  file.write(0, encodeUtf8(text), text.length);
  return file;
}

test('a file that was given back comes empty, and a gap in it reads as zero bytes', () => {
  const pool = new BytePool();
  const first = fileOf(pool, 'something');
  pool.give(first);

  const again = pool.take(OWNER);
  again.write(2, encodeUtf8('x'), 1);

  expect(again).toBe(first);
  expect([again.length, textOf(again)]).toEqual([3, '\0\0x']);
});

test('a copy goes its own way, and what is cut off does not come back', () => {
  const pool = new BytePool();
  const file = fileOf(pool, 'abcdef');
  const copy = pool.copy(file, OWNER);

  file.truncate(2);
  file.write(4, encodeUtf8('z'), 1);
  copy.write(0, encodeUtf8('A'), 1);

  expect([textOf(file), textOf(copy)]).toEqual(['ab\0\0z', 'Abcdef']);
  expect(file.read(1, new Uint8Array(2))).toBe(2);
  expect(file.read(9, new Uint8Array(2))).toBe(0);
});

test('more files are open at once than memfs allows in a volume', () => {
  const pool = new BytePool();
  const files = Array.from({ length: 10_100 }, (_, i) => fileOf(pool, String(i)));

  expect(files.every((file, i) => textOf(file) === String(i))).toBe(true);
}, 60_000);
