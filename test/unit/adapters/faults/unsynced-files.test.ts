/**
 * Establishes which files count as unsynced and what is left of them after a power failure. The
 * file system is a stub that keeps sizes alone.
 */
import { describe, expect, it } from 'vitest';
import { CallGate, failAt } from '../../../../src/adapters/faults/call-gate.js';
import { interceptPorts } from '../../../../src/adapters/faults/intercept.js';
import { loseOnly } from '../../../../src/adapters/faults/pending-write.js';
import { mutatingOnly } from '../../../../src/adapters/faults/port-call.js';
import { UnsyncedFiles } from '../../../../src/adapters/faults/unsynced-files.js';
import { OPEN } from '../../../../src/domain/host/open-flags.js';
import { encodeUtf8 } from '../../../../src/domain/utf8.js';
import type { FileSystem } from '../../../../src/ports/file-system.js';
import { StubFiles } from '../../../helpers/stub-ports.js';

const NEW = OPEN.WRITE_ONLY | OPEN.CREATE | OPEN.TRUNCATE;

function setUp(sizes: Readonly<Record<string, number>> = {}): {
  stub: StubFiles;
  unsynced: UnsyncedFiles;
  fs: FileSystem;
} {
  const stub = new StubFiles();
  for (const [path, size] of Object.entries(sizes)) stub.sizes.set(path, size);
  const unsynced = new UnsyncedFiles(stub.fs);
  return { stub, unsynced, fs: interceptPorts(stub.ports, unsynced.around).fs };
}

async function write(fs: FileSystem, path: string, flags: number, sync?: 'fsync' | 'syncfs') {
  const file = await fs.open(path, flags, 0o644);
  await file.write(new Uint8Array(10));
  if (sync !== undefined) await file[sync]();
  await file.close();
}

describe('a new file', () => {
  it('is emptied or removed when it was not synced', async () => {
    const { stub, unsynced, fs } = setUp();

    await write(fs, '/d/f', NEW);
    expect(unsynced.paths).toStrictEqual(['/d/f']);
    await unsynced.loseUnsynced();
    expect(stub.sizes.get('/d/f')).toBe(0);

    await write(fs, '/d/g', NEW);
    await unsynced.loseUnsynced('removed');
    expect(stub.sizes.has('/d/g')).toBe(false);
  });

  it('counts as unsynced though nothing was written to it', async () => {
    const { stub, unsynced, fs } = setUp();

    await (await fs.open('/f', NEW, 0)).close();
    await unsynced.loseUnsynced('removed');

    expect(stub.sizes.has('/f')).toBe(false);
  });

  it.each(['fsync', 'syncfs'] as const)('stays whole after %s', async (sync) => {
    const { stub, unsynced, fs } = setUp();

    await write(fs, '/f', NEW, sync);

    expect(unsynced.paths).toStrictEqual([]);
    await unsynced.loseUnsynced('removed');
    expect(stub.sizes.get('/f')).toBe(10);
  });

  it('is kept by the syncfs of another file, not by its fsync', async () => {
    const { unsynced, fs } = setUp();
    await write(fs, '/f', NEW);

    await write(fs, '/g', NEW, 'fsync');
    expect(unsynced.paths).toStrictEqual(['/f']);

    await write(fs, '/g', NEW, 'syncfs');
    expect(unsynced.paths).toStrictEqual([]);
  });

  it('falls back to what was synced first when more is written', async () => {
    const { stub, unsynced, fs } = setUp();
    const file = await fs.open('/f', NEW, 0);
    await file.write(new Uint8Array(10));
    await file.fsync();
    await file.write(new Uint8Array(10));
    await file.write(new Uint8Array(10));
    await file.close();

    await unsynced.loseUnsynced('removed');

    expect(stub.sizes.get('/f')).toBe(10);
  });

  it('is found by its new name, in a directory that was renamed as well', async () => {
    const { stub, unsynced, fs } = setUp();
    await write(fs, '/.create-x/link.tmp', NEW);
    await write(fs, '/.create-xy', NEW, 'fsync');

    await fs.rename('/.create-x/link.tmp', '/.create-x/link');
    await fs.rename('/.create-x', '/a');

    expect(unsynced.paths).toStrictEqual(['/a/link']);
    await unsynced.loseUnsynced();
    expect(stub.sizes.get('/a/link')).toBe(0);
  });

  it('takes the place of the unsynced file that it is renamed over', async () => {
    const { stub, unsynced, fs } = setUp();
    await write(fs, '/old', NEW);
    await write(fs, '/new', NEW, 'fsync');

    await fs.rename('/new', '/old');
    await unsynced.loseUnsynced();

    expect(stub.sizes.get('/old')).toBe(10);
  });

  it('is forgotten when it is unlinked', async () => {
    const { unsynced, fs } = setUp();
    await write(fs, '/f', NEW);
    await write(fs, '/g', NEW);

    await fs.unlink('/f');
    await (await fs.openRoot('/')).unlinkat(encodeUtf8('g'));

    expect(unsynced.paths).toStrictEqual([]);
  });

  it('may be gone without having been named', async () => {
    const { stub, unsynced, fs } = setUp();
    await write(fs, '/f', NEW);
    stub.sizes.delete('/f');

    await unsynced.loseUnsynced();

    expect(stub.sizes.has('/f')).toBe(false);
  });

  it('is found in an open directory', async () => {
    const { stub, unsynced, fs } = setUp();
    const root = await fs.openRoot('/d');
    const below = await root.resolve(encodeUtf8('a/b'));
    const file = await below.openat(encodeUtf8('f'), NEW, 0);
    await file.write(new Uint8Array(3));

    expect(unsynced.paths).toStrictEqual(['/d/a/b/f']);
    await unsynced.loseUnsynced();
    expect(stub.sizes.get('/d/a/b/f')).toBe(0);
  });
});

describe('a file that was there before', () => {
  it('falls back to its old length', async () => {
    const { stub, unsynced, fs } = setUp({ '/f': 5 });

    await write(fs, '/f', OPEN.WRITE_ONLY);
    expect(stub.sizes.get('/f')).toBe(15);
    await unsynced.loseUnsynced('removed');

    expect(stub.sizes.get('/f')).toBe(5);
  });

  it('is empty when it was opened to be replaced', async () => {
    const { stub, unsynced, fs } = setUp({ '/f': 5 });

    await write(fs, '/f', NEW);
    await unsynced.loseUnsynced('removed');

    expect(stub.sizes.get('/f')).toBe(0);
  });

  it('keeps what is left of it after it was cut', async () => {
    const { stub, unsynced, fs } = setUp({ '/f': 5 });
    const file = await fs.open('/f', OPEN.WRITE_ONLY, 0);

    await file.ftruncate(2n);
    expect(unsynced.paths).toStrictEqual(['/f']);
    await unsynced.loseUnsynced();

    expect(stub.sizes.get('/f')).toBe(2);
  });

  it('is safe as long as it is only opened', async () => {
    const { unsynced, fs } = setUp({ '/f': 5 });

    await (await fs.open('/f', OPEN.WRITE_ONLY | OPEN.CREATE, 0)).close();

    expect(unsynced.paths).toStrictEqual([]);
  });
});

describe('loseUnsynced', () => {
  it('loses everything but once, and leaves no handle open', async () => {
    const { stub, unsynced, fs } = setUp();
    await write(fs, '/a/f', NEW);
    await write(fs, '/g', NEW);

    await unsynced.loseUnsynced();
    stub.sizes.set('/g', 7);
    await unsynced.loseUnsynced();

    expect(Object.fromEntries(stub.sizes)).toStrictEqual({ '/a/f': 0, '/g': 7 });
    expect(stub.opened).toBe(0);
  });

  it('loses nothing for a write that a gate did not let through', async () => {
    const stub = new StubFiles();
    stub.sizes.set('/f', 5);
    const unsynced = new UnsyncedFiles(stub.fs);
    const gate = new CallGate(failAt(1, 'ENOSPC'), mutatingOnly);
    const { fs } = interceptPorts(interceptPorts(stub.ports, unsynced.around), gate.around);
    const file = await fs.open('/f', OPEN.WRITE_ONLY, 0);

    await expect(file.write(new Uint8Array(1))).rejects.toThrow('no space left on device');

    expect(unsynced.paths).toStrictEqual([]);
  });
});

describe('a part of what is pending', () => {
  it.each([
    [[], 10, 10],
    [[0], 0, 10],
    [[1], 10, 0],
    [[0, 1], 0, 0],
  ] as const)('is lost alone: %j', async (lost, first, second) => {
    const { stub, unsynced, fs } = setUp();
    await write(fs, '/f', NEW);
    await write(fs, '/g', NEW);
    expect(unsynced.pending.map(({ kind }) => kind)).toStrictEqual(['content', 'content']);

    await unsynced.loseUnsynced('emptied', loseOnly(lost));

    expect([stub.sizes.get('/f'), stub.sizes.get('/g')]).toStrictEqual([first, second]);
    expect(unsynced.pending).toStrictEqual([]);
  });
});

describe('a rename', () => {
  it('is pending until the directory of the new name is synced', async () => {
    const { unsynced, fs } = setUp({ '/d': 0, '/d/f': 10, '/e': 0 });

    await fs.rename('/d/f', '/e/f');
    expect(unsynced.pending).toHaveLength(1);

    const other = await fs.open('/d', OPEN.DIRECTORY, 0);
    await other.fsync();
    expect(unsynced.pending).toHaveLength(1);

    const directory = await fs.open('/e', OPEN.DIRECTORY, 0);
    await directory.fsync();
    expect(unsynced.pending).toStrictEqual([]);
  });

  it('is pending until the file system is synced', async () => {
    const { unsynced, fs } = setUp({ '/d': 0, '/d/f': 10, '/e': 0 });
    await fs.rename('/d/f', '/e/f');

    await (await fs.open('/d', OPEN.DIRECTORY, 0)).syncfs();

    expect(unsynced.pending).toStrictEqual([]);
  });
});
