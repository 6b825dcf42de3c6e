/**
 * Establishes what the machine in memory answers of mounts, namespaces, forks and open files, on
 * plain volumes mounted on each other.
 */
import { beforeEach, describe, expect, test } from 'vitest';
import { FakeFileSystem } from '../../../../src/adapters/fake/file-system.js';
import { FakeKernel } from '../../../../src/adapters/fake/kernel.js';
import {
  FIRST_NAMESPACE,
  Machine,
  type NamespaceId,
} from '../../../../src/adapters/fake/machine.js';
import type { MachineVolume } from '../../../../src/adapters/fake/machine-volume.js';
import { MemoryVolume } from '../../../../src/adapters/fake/memory-volume.js';
import type { Mount } from '../../../../src/adapters/fake/mount-table.js';
import { View } from '../../../../src/adapters/fake/view.js';
import { FILE_TYPE } from '../../../../src/domain/host/file-type.js';
import { OPEN } from '../../../../src/domain/host/open-flags.js';
import type { InodeError } from '../../../../src/domain/union/inode-error.js';
import { decodeUtf8, encodeUtf8 } from '../../../../src/domain/utf8.js';
import type { FileSystem } from '../../../../src/ports/file-system.js';

const DIRECTORY = { mode: FILE_TYPE.DIRECTORY | 0o755, uid: 0, gid: 0 };
const TEXT = { source: 'two words', fsType: 'test', options: 'rw', superOptions: 'rw,x=a\\134b' };

let machine: Machine;
let fs: FileSystem;

beforeEach(async () => {
  machine = new Machine();
  fs = filesOf(machine);
  for (const path of ['/a', '/a/b', '/a/b/c', '/other']) await fs.mkdir(path, 0o755);
});

function filesOf(of: Machine, namespace: NamespaceId = FIRST_NAMESPACE): FileSystem {
  return new FakeFileSystem(new View(of, namespace));
}

/** Mounts a new volume, with a directory `inside` in it, on a path. */
function mount(path: string, namespace: NamespaceId = FIRST_NAMESPACE): Mount {
  const volume: MachineVolume = machine.addVolume((id) => new MemoryVolume(id));
  volume.create(volume.root, 'inside', DIRECTORY);
  return machine.mountAt(namespace, machine.resolve(path, namespace), volume.id, TEXT, path);
}

async function write(at: FileSystem, path: string, text: string): Promise<void> {
  const file = await at.open(path, OPEN.WRITE_ONLY | OPEN.CREATE, 0o644);
  await file.write(encodeUtf8(text));
  await file.close();
}

async function read(at: FileSystem, path: string): Promise<string> {
  const file = await at.open(path, OPEN.READ_ONLY, 0);
  const buffer = new Uint8Array(100);
  const text = decodeUtf8(buffer.subarray(0, await file.read(buffer)));
  await file.close();
  return text;
}

async function errnoOf(call: () => unknown): Promise<unknown> {
  try {
    await call();
  } catch (error) {
    return (error as InodeError).errnoName;
  }
  return 'none';
}

describe('mounts', () => {
  test('a mount covers what is below, and going up leaves it', async () => {
    const { ino } = await fs.stat('/a/b');
    const { dev } = await fs.stat('/');
    mount('/a/b');

    expect(await errnoOf(() => fs.stat('/a/b/c'))).toBe('ENOENT');
    expect((await fs.stat('/a/b/inside')).dev).not.toBe(dev);
    expect((await fs.stat('/a/b/inside/../..')).ino).toBe((await fs.stat('/a')).ino);
    expect((await fs.stat('/a/b/inside/../../../other')).dev).toBe(dev);
    await fs.symlink('../../../other', '/a/b/inside/out');
    expect((await fs.stat('/a/b/inside/out')).ino).toBe((await fs.stat('/other')).ino);
    await fs.symlink('/other', '/a/b/absolute');
    expect((await fs.stat('/a/b/absolute')).ino).toBe((await fs.stat('/other')).ino);
    const root = await fs.openRoot('/a');
    expect((await root.getdents()).map((entry) => entry.ino)).toEqual([ino]);
    await root.close();
  });

  test('mounts lie on mounts, and the last one is seen first', async () => {
    mount('/a/b');
    const second = mount('/a/b');
    await fs.mkdir('/a/b/second', 0o755);
    const third = mount('/a/b/inside');

    expect(await errnoOf(() => machine.unmount(FIRST_NAMESPACE, second, false))).toBe('EBUSY');
    machine.unmount(FIRST_NAMESPACE, third, false);
    machine.unmount(FIRST_NAMESPACE, second, false);

    expect(await errnoOf(() => fs.stat('/a/b/second'))).toBe('ENOENT');
    await fs.stat('/a/b/inside');
    expect(await errnoOf(() => fs.stat('/a/b/c'))).toBe('ENOENT');
  });

  test('a covered directory is neither removed nor renamed nor replaced, here', async () => {
    mount('/a/b');

    expect([
      await errnoOf(() => fs.rmdir('/a/b')),
      await errnoOf(() => fs.rename('/a/b', '/new')),
      await errnoOf(() => fs.rename('/other', '/a/b')),
      await errnoOf(() => fs.rename('/a/b/inside', '/other/inside')),
      await errnoOf(() => fs.rename('/a', '/renamed')),
    ]).toEqual(['EBUSY', 'EBUSY', 'EBUSY', 'EXDEV', 'none']);
    await fs.stat('/renamed/b/inside');
  });

  test('what is open below makes a mount busy until it is closed', async () => {
    const made = mount('/a/b');
    const directory = await fs.openRoot('/a/b');
    const below = await directory.resolve(encodeUtf8('inside'));
    await directory.close();
    expect(await errnoOf(() => machine.unmount(FIRST_NAMESPACE, made, false))).toBe('EBUSY');

    await below.close();

    machine.unmount(FIRST_NAMESPACE, made, false);
    await fs.stat('/a/b/c');
    expect([...machine.volumes()]).toHaveLength(1);
  });

  test('after a lazy unmount what is open goes on, and its volume with it', async () => {
    const made = mount('/a/b');
    mount('/a/b/inside');
    await write(fs, '/a/b/file', 'kept');
    const directory = await fs.openRoot('/a/b');

    machine.unmount(FIRST_NAMESPACE, made, true);

    await fs.stat('/a/b/c');
    expect([...machine.volumes()]).toHaveLength(2);
    expect((await directory.lstatat(encodeUtf8('file'))).size).toBe(4n);
    expect(await directory.getdents()).toHaveLength(2);
    await directory.close();
    expect([...machine.volumes()]).toHaveLength(1);
  });
});

describe('namespaces', () => {
  test('later mounts and unmounts of one are not the other’s', async () => {
    const first = mount('/a/b');
    const second = machine.createNamespace(FIRST_NAMESPACE);
    const there = filesOf(machine, second);
    mount('/other', second);
    machine.unmount(FIRST_NAMESPACE, first, false);

    await there.stat('/a/b/inside');
    await there.stat('/other/inside');
    await fs.stat('/a/b/c');
    expect(await errnoOf(() => fs.stat('/other/inside'))).toBe('ENOENT');
  });

  test('what is removed here is detached there', async () => {
    const second = machine.createNamespace(FIRST_NAMESPACE);
    mount('/a/b/c', second);
    mount('/other', second);

    await fs.rmdir('/a/b/c');
    await fs.rename('/a/b', '/other');

    expect([...machine.mounts(second).all()]).toHaveLength(1);
    expect([...machine.volumes()]).toHaveLength(1);
  });
});

describe('the mount table', () => {
  const lines = async (): Promise<string[]> =>
    decodeUtf8(await new FakeKernel(machine, FIRST_NAMESPACE).mountInfo())
      .trimEnd()
      .split('\n');

  test('tells parents, devices and escaped texts', async () => {
    await fs.mkdir('/a b', 0o755);
    mount('/a b');
    mount('/a b/inside');

    expect(await lines()).toEqual([
      '20 1 8:1 / / rw,relatime - ext4 /dev/root rw',
      '21 20 8:2 / /a\\040b rw - test two\\040words rw,x=a\\134b',
      '22 21 8:3 / /a\\040b/inside rw - test two\\040words rw,x=a\\134b',
    ]);
  });

  test('tells where a mountpoint is after a directory above it was renamed', async () => {
    mount('/a/b');
    mount('/a/b/inside');
    await fs.rename('/a', '/other/a');
    await fs.mkdir('/a', 0o755);
    await fs.mkdir('/a/b', 0o755);

    expect((await lines()).map((line) => line.split(' ')[4])).toEqual([
      '/',
      '/other/a/b',
      '/other/a/b/inside',
    ]);
  });
});

describe('forks', () => {
  test('go on alike, and apart', async () => {
    mount('/a/b');
    await write(fs, '/a/b/file', 'before');
    const fork = machine.fork();
    const there = filesOf(fork);

    await write(fs, '/a/b/file', 'BEFORE');
    await fs.mkdir('/here', 0o755);
    await there.mkdir('/there', 0o755);

    expect([await read(fs, '/a/b/file'), await read(there, '/a/b/file')]).toEqual([
      'BEFORE',
      'before',
    ]);
    expect(await errnoOf(() => there.stat('/here'))).toBe('ENOENT');
    expect(await errnoOf(() => fs.stat('/there'))).toBe('ENOENT');
    expect([machine.random.next(), machine.random.next()]).toEqual([
      fork.random.next(),
      fork.random.next(),
    ]);
    machine.unmount(FIRST_NAMESPACE, [...machine.mounts(FIRST_NAMESPACE).all()][1] as Mount, false);
    await there.stat('/a/b/inside');
  });

  test('have nothing open, and free what only open files kept', async () => {
    const made = mount('/a/b');
    const file = await fs.open('/a/b/file', OPEN.READ_WRITE | OPEN.CREATE, 0o600);
    machine.unmount(FIRST_NAMESPACE, made, true);

    const fork = machine.fork();

    expect([[...machine.volumes()].length, [...fork.volumes()].length]).toEqual([2, 1]);
    expect(await file.write(encodeUtf8('x'))).toBe(1);
    await file.close();
  });

  test('a machine does the same after the same calls', async () => {
    const run = async (): Promise<unknown> => {
      const same = new Machine({ seed: 7 });
      const files = filesOf(same);
      await files.mkdir('/d', 0o755);
      await write(files, '/d/file', 'text');
      return [same.random.next(), await files.stat('/d'), await files.stat('/d/file')];
    };

    expect(await run()).toEqual(await run());
    expect(new Machine({ seed: 8 }).random.next()).not.toBe(new Machine({ seed: 7 }).random.next());
  });
});

test('a crash closes what is open and gives up locks, and mounts stay', async () => {
  const made = mount('/a/b');
  const file = await fs.open('/a/b/file', OPEN.READ_WRITE | OPEN.CREATE, 0o600);
  const directory = await fs.openRoot('/a/b');
  const home = machine.resolve('/other');
  const stale = machine.locks.take(home, 'exclusive');

  machine.crash();

  expect([
    await errnoOf(() => file.write(encodeUtf8('x'))),
    await errnoOf(() => file.fstat()),
    await errnoOf(() => directory.lstatat(encodeUtf8('file'))),
    await errnoOf(() => directory.fsync()),
  ]).toEqual(['EBADF', 'EBADF', 'EBADF', 'EBADF']);
  await file.close();
  expect(machine.locks.take(home, 'exclusive')).toBeDefined();
  stale?.();
  expect(machine.locks.take(home, 'shared')).toBeUndefined();
  await fs.stat('/a/b/inside');
  machine.unmount(FIRST_NAMESPACE, made, false);
});

test('readers share a lock, a writer has it alone', () => {
  const home = machine.resolve('/other');
  const [first, second] = [machine.locks.take(home, 'shared'), machine.locks.take(home, 'shared')];
  expect(machine.locks.take(home, 'exclusive')).toBeUndefined();
  first?.();
  first?.();
  expect(machine.locks.take(home, 'exclusive')).toBeUndefined();
  second?.();
  const writer = machine.locks.take(home, 'exclusive');
  expect(writer).toBeDefined();
  expect(machine.locks.take(home, 'shared')).toBeUndefined();
  expect(machine.locks.take(machine.resolve('/a'), 'shared')).toBeDefined();
});
