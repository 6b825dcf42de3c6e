/** Establishes that files are read and written whole, however the calls cut them, and closed. */
import { describe, expect, it } from 'vitest';
import { OPEN } from '../../../src/domain/host/open-flags.js';
import { decodeUtf8, encodeUtf8 } from '../../../src/domain/utf8.js';
import {
  readFile,
  readText,
  syncDirectory,
  syncFileSystem,
  writeFile,
  writeSyncedFile,
} from '../../../src/driver/files.js';
import type { FileHandle, FileSystem } from '../../../src/ports/file-system.js';
import { failure, partOf } from '../../helpers/part-of.js';

interface OneFile {
  readonly fs: FileSystem;
  readonly log: string[];
  content: Uint8Array;
}

/** One file, read and written in pieces of at most so many bytes. */
function oneFile(text: string, pieceBytes: number, failing?: keyof FileHandle): OneFile {
  const file: OneFile = { log: [], content: encodeUtf8(text), fs: partOf<FileSystem>({}) };
  let at = 0;
  const note = (call: keyof FileHandle): void => {
    file.log.push(call);
    if (call === failing) throw failure('EIO', call);
  };
  const handle = partOf<FileHandle>({
    read: async (buffer) => {
      note('read');
      const piece = file.content.subarray(at, at + Math.min(pieceBytes, buffer.length));
      buffer.set(piece);
      at += piece.length;
      return piece.length;
    },
    write: async (bytes) => {
      note('write');
      const piece = bytes.subarray(0, pieceBytes);
      file.content = Uint8Array.of(...file.content, ...piece);
      return piece.length;
    },
    fsync: async () => note('fsync'),
    syncfs: async () => note('syncfs'),
    close: async () => note('close'),
  });
  const open = async (path: string, flags: number, mode: number): Promise<FileHandle> => {
    file.log.push(`open ${path} ${flags} ${mode.toString(8)}`);
    if ((flags & OPEN.TRUNCATE) !== 0) file.content = new Uint8Array();
    return handle;
  };
  return Object.assign(file, { fs: partOf<FileSystem>({ open }) });
}

describe('readFile', () => {
  it.each([
    ['an empty file', '', 10],
    ['a file in one piece', 'hello', 10],
    ['a file byte by byte', 'hello', 1],
    ['a file longer than its buffer', 'x'.repeat(20_000), 3000],
    ['a file as long as its buffer', 'x'.repeat(4096), 4096],
  ])('reads %s', async (_, text, pieceBytes) => {
    const file = oneFile(text, pieceBytes);
    expect(decodeUtf8(await readFile(file.fs, 'f'))).toBe(text);
    expect(file.log[0]).toBe('open f 0 0');
    expect(file.log.filter((call) => call === 'close')).toHaveLength(1);
  });

  it('closes what it failed to read', async () => {
    const file = oneFile('x', 1, 'read');
    await expect(readText(file.fs, 'f')).rejects.toThrow('input/output error');
    expect(file.log.at(-1)).toBe('close');
  });
});

describe('writeFile', () => {
  it('truncates, writes all in short writes, and closes', async () => {
    const file = oneFile('old', 2);
    await writeFile(file.fs, 'f', 'héllo', 0o644);
    expect(decodeUtf8(file.content)).toBe('héllo');
    const flags = OPEN.WRITE_ONLY | OPEN.CREATE | OPEN.TRUNCATE;
    expect(file.log).toEqual([`open f ${flags} 644`, 'write', 'write', 'write', 'close']);
  });

  it('makes no write for nothing', async () => {
    const file = oneFile('old', 2);
    await writeFile(file.fs, 'f', '', 0o600);
    expect(file.content).toHaveLength(0);
    expect(file.log).not.toContain('write');
  });
});

describe('what is synced', () => {
  it('writes a file that must not exist and syncs it before it is closed', async () => {
    const file = oneFile('', 9);
    await writeSyncedFile(file.fs, 'f', 'text', 0o644);
    const flags = OPEN.WRITE_ONLY | OPEN.CREATE | OPEN.EXCLUSIVE;
    expect(file.log).toEqual([`open f ${flags} 644`, 'write', 'fsync', 'close']);
  });

  it.each([
    ['a directory', syncDirectory, 'fsync'],
    ['a file system', syncFileSystem, 'syncfs'],
  ] as const)('opens, syncs and closes %s', async (_, sync, call) => {
    const file = oneFile('', 9);
    await sync(file.fs, 'd');
    expect(file.log).toEqual([`open d ${OPEN.READ_ONLY | OPEN.DIRECTORY} 0`, call, 'close']);
    const failing = oneFile('', 9, call);
    await expect(sync(failing.fs, 'd')).rejects.toThrow('input/output error');
    expect(failing.log.at(-1)).toBe('close');
  });
});
