/** Establishes how a block of `getdents64` is read, from blocks written by hand. */
import { expect, test } from 'vitest';
import { appendDirectoryEntries } from '../../../../src/adapters/linux/directory-entries.js';
import { encodeUtf8 } from '../../../../src/domain/utf8.js';
import type { DirectoryEntry } from '../../../../src/ports/file-system.js';

function record(ino: bigint, type: number, name: Uint8Array): Uint8Array {
  const length = Math.ceil((19 + name.length + 1) / 8) * 8;
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, ino, true);
  view.setUint16(16, length, true);
  bytes[18] = type;
  bytes.set(name, 19);
  return bytes;
}

function parse(...records: readonly Uint8Array[]): DirectoryEntry[] {
  const entries: DirectoryEntry[] = [];
  appendDirectoryEntries(Uint8Array.from(records.flatMap((bytes) => [...bytes])), entries);
  return entries;
}

test('gives name, inode and type, in order', () => {
  const entries = parse(
    record(2n ** 64n - 1n, 4, encodeUtf8('dir')),
    record(7n, 8, Uint8Array.of(0xff, 0x80)),
    record(8n, 10, encodeUtf8('12345')),
  );

  expect(entries).toEqual([
    { name: encodeUtf8('dir'), ino: 2n ** 64n - 1n, type: 4 },
    { name: Uint8Array.of(0xff, 0x80), ino: 7n, type: 8 },
    { name: encodeUtf8('12345'), ino: 8n, type: 10 },
  ]);
});

test('leaves out the two dots and nothing that looks like them', () => {
  const names = ['.', '..', '...', '.a', '..a', 'a.'];

  const entries = parse(...names.map((name) => record(1n, 8, encodeUtf8(name))));

  expect(entries.map(({ name }) => name)).toEqual(['...', '.a', '..a', 'a.'].map(encodeUtf8));
});

test('an empty block has no entries', () => {
  expect(parse()).toEqual([]);
});
