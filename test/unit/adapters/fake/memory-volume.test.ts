/**
 * Establishes what a plain volume in memory answers beyond the port contract, on examples: forks,
 * space, quota, attributes and link counts.
 */
import { describe, expect, test } from 'vitest';
import {
  MemoryVolume,
  type MemoryVolumeOptions,
} from '../../../../src/adapters/fake/memory-volume.js';
import { MachineClock } from '../../../../src/adapters/fake/machine-clock.js';
import { FILE_TYPE } from '../../../../src/domain/host/file-type.js';
import { InodeError } from '../../../../src/domain/union/inode-error.js';
import { encodeUtf8 } from '../../../../src/domain/utf8.js';

const DIRECTORY = { mode: FILE_TYPE.DIRECTORY | 0o755, uid: 0, gid: 0 };
const FILE = { mode: FILE_TYPE.REGULAR | 0o644, uid: 0, gid: 0 };
const LINK = { mode: FILE_TYPE.SYMLINK | 0o777, uid: 0, gid: 0 };
const BLOCK = 4096;

function volume(options: MemoryVolumeOptions = {}): MemoryVolume {
  return new MemoryVolume(1, options);
}

function forkOf(origin: MemoryVolume): MemoryVolume {
  return origin.fork({ clock: new MachineClock({ seconds: 9n, nanoseconds: 0 }) });
}

function errnoOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(InodeError);
    return (error as InodeError).errnoName;
  }
  return 'none';
}

function contentOf(of: MemoryVolume, node: number): string {
  const buffer = new Uint8Array(100);
  return new TextDecoder().decode(buffer.subarray(0, of.read(node, 0, buffer)));
}

function namesOf(of: MemoryVolume, directory = of.root): string[] {
  return of.entries(directory).map(({ name }) => name);
}

describe('forks', () => {
  test('neither side sees what the other does to entries, attributes and contents', () => {
    const origin = volume();
    const file = origin.create(origin.root, 'file', FILE);
    origin.write(file, 0, encodeUtf8('before'));
    origin.setxattr(file, 'user.a', encodeUtf8('1'));
    const fork = forkOf(origin);

    fork.write(file, 0, encodeUtf8('FORK'));
    fork.create(fork.root, 'new', FILE);
    fork.change(file, { uid: 7 });
    origin.write(file, 6, encodeUtf8(' and after'));
    origin.setxattr(file, 'user.a', encodeUtf8('2'));
    origin.create(origin.root, 'other', DIRECTORY);

    expect([contentOf(origin, file), contentOf(fork, file)]).toEqual([
      'before and after',
      'FORKre',
    ]);
    expect([namesOf(origin), namesOf(fork)]).toEqual([
      ['file', 'other'],
      ['file', 'new'],
    ]);
    expect([origin.attributes(file).uid, fork.attributes(file).uid]).toEqual([0, 7]);
    expect(fork.getxattr(file, 'user.a')).toEqual(encodeUtf8('1'));
    expect([origin.attributes(origin.root).nlink, fork.attributes(fork.root).nlink]).toEqual([
      3, 2,
    ]);
  });

  test('a file that one side removes stays whole in the other', () => {
    const origin = volume();
    const file = origin.create(origin.root, 'file', FILE);
    origin.write(file, 0, encodeUtf8('kept'));
    const fork = forkOf(origin);

    origin.unlink(origin.root, 'file');
    const next = origin.create(origin.root, 'next', FILE);
    origin.write(next, 0, encodeUtf8('XXXXXXXX'));

    expect(contentOf(fork, file)).toBe('kept');
    expect(errnoOf(() => fork.create(fork.root, 'file', FILE))).toBe('EEXIST');
  });
});

describe('space', () => {
  test('a write gets what is left, and the next one ENOSPC', () => {
    const full = volume({ capacity: { blocks: 2 } });
    const file = full.create(full.root, 'file', FILE);

    expect(full.write(file, 0, new Uint8Array(3 * BLOCK))).toBe(2 * BLOCK);
    expect(errnoOf(() => full.write(file, 2 * BLOCK, new Uint8Array(1)))).toBe('ENOSPC');
    expect(errnoOf(() => full.create(full.root, 'd', DIRECTORY))).toBe('ENOSPC');
    expect(full.attributes(file).size).toBe(BigInt(2 * BLOCK));

    full.change(file, { size: BLOCK });
    full.create(full.root, 'd', DIRECTORY);
    expect(full.space.usedBlocks).toBe(2);
  });

  test('removing a file gives its room back, but not while it is open', () => {
    const full = volume({ capacity: { blocks: 1, inodes: 2 } });
    const file = full.create(full.root, 'file', FILE);
    full.write(file, 0, new Uint8Array(1));
    full.hold(file);
    full.unlink(full.root, 'file');
    expect(errnoOf(() => full.create(full.root, 'other', FILE))).toBe('ENOSPC');
    expect(full.attributes(file).nlink).toBe(0);

    full.release(file);

    const other = full.create(full.root, 'other', FILE);
    expect(full.write(other, 0, new Uint8Array(1))).toBe(1);
  });

  test('a project is limited by what was made in its directory, and forks count apart', () => {
    const origin = volume({ kind: 'xfs' });
    const directory = origin.create(origin.root, 'project', DIRECTORY);
    origin.setProject(directory, 5);
    origin.space.setLimits(5, { hardBlocks: 16n, softBlocks: 0n });
    const below = origin.create(directory, 'below', DIRECTORY);
    const file = origin.create(below, 'file', FILE);
    expect(origin.projectOf(file)).toBe(5);
    const fork = forkOf(origin);

    expect(origin.write(file, 0, new Uint8Array(3 * BLOCK))).toBe(2 * BLOCK);

    expect(errnoOf(() => origin.write(file, 2 * BLOCK, new Uint8Array(1)))).toBe('ENOSPC');
    const outside = origin.create(origin.root, 'outside', FILE);
    expect(origin.write(outside, 0, new Uint8Array(3 * BLOCK))).toBe(3 * BLOCK);
    expect(errnoOf(() => origin.rename(origin.root, 'outside', below, 'in'))).toBe('EXDEV');
    expect(errnoOf(() => origin.link(outside, below, 'in'))).toBe('EXDEV');
    origin.rename(below, 'file', origin.root, 'out');
    expect(fork.write(file, 0, new Uint8Array(BLOCK))).toBe(BLOCK);
  });

  test('a full project is EDQUOT on ext4', () => {
    const origin = volume();
    origin.setProject(origin.root, 5);
    origin.space.setLimits(5, { hardBlocks: 8n, softBlocks: 0n });
    const file = origin.create(origin.root, 'file', FILE);

    expect(origin.write(file, 0, new Uint8Array(BLOCK))).toBe(BLOCK);
    expect(errnoOf(() => origin.write(file, BLOCK, new Uint8Array(1)))).toBe('EDQUOT');
  });
});

describe('link counts', () => {
  test.each([
    ['ext4', [3, 2]],
    ['xfs', [3, 2]],
    ['btrfs', [1, 1]],
    ['tmpfs', [3, 2]],
  ] as const)('%s counts directories in directories as %j', (kind, expected) => {
    const made = volume({ kind });
    const directory = made.create(made.root, 'd', DIRECTORY);

    const counts = [made.attributes(made.root).nlink, made.attributes(directory).nlink];

    expect(counts).toEqual(expected);
  });

  test('moving, replacing and exchanging directories keeps them right', () => {
    const made = volume();
    const [a, b] = [made.create(made.root, 'a', DIRECTORY), made.create(made.root, 'b', DIRECTORY)];
    const inA = made.create(a, 'd', DIRECTORY);
    made.create(b, 'd', DIRECTORY);
    made.create(b, 'f', FILE);
    const links = (): number[] => [a, b].map((node) => made.attributes(node).nlink);

    made.rename(a, 'd', b, 'd');
    expect([links(), made.parent(inA)]).toEqual([[2, 3], b]);

    made.rename(b, 'd', a, 'x');
    expect([links(), made.parent(inA)]).toEqual([[3, 2], a]);

    made.rename(a, 'x', b, 'f', { exchange: true });
    expect([links(), made.parent(inA)]).toEqual([[2, 3], b]);
    expect([namesOf(made, a), namesOf(made, b)]).toEqual([['x'], ['f']]);
  });
});

describe('rename', () => {
  test('refuses as its flags and places say', () => {
    const made = volume();
    const a = made.create(made.root, 'a', DIRECTORY);
    const below = made.create(a, 'below', DIRECTORY);
    made.create(made.root, 'file', FILE);
    const { root } = made;
    const rows = [
      ['EEXIST', (): void => made.rename(root, 'a', root, 'file', { noReplace: true })],
      ['ENOENT', (): void => made.rename(root, 'a', root, 'none', { exchange: true })],
      ['EINVAL', (): void => made.rename(root, 'a', below, 'x')],
      ['EINVAL', (): void => made.rename(root, 'a', a, 'below')],
      ['ENOTEMPTY', (): void => made.rename(a, 'below', root, 'a')],
      ['EINVAL', (): void => made.rename(a, 'below', root, 'a', { exchange: true })],
      ['ENOTDIR', (): void => made.rename(root, 'a', root, 'file')],
      ['EISDIR', (): void => made.rename(root, 'file', root, 'a')],
      ['ENOTDIR', (): void => made.rename(root, 'a', made.lookup(root, 'file') ?? 0, 'x')],
      ['ENAMETOOLONG', (): void => made.rename(root, 'a', root, 'x'.repeat(256))],
    ] as const;
    const before = JSON.stringify([namesOf(made), namesOf(made, a)]);
    for (const [errno, call] of rows) expect(errnoOf(call)).toBe(errno);
    expect(JSON.stringify([namesOf(made), namesOf(made, a)])).toBe(before);
  });

  test('two names of one file stay two', () => {
    const made = volume();
    const file = made.create(made.root, 'file', FILE);
    made.link(file, made.root, 'other');

    made.rename(made.root, 'file', made.root, 'other');

    expect([namesOf(made), made.attributes(file).nlink]).toEqual([['file', 'other'], 2]);
  });
});

describe('attributes', () => {
  test('are refused by namespace, name and file type', () => {
    const made = volume();
    const file = made.create(made.root, 'file', FILE);
    const link = made.create(made.root, 'link', { ...LINK, target: 'file' });
    const set = (node: number, name: string, bytes = 1) =>
      errnoOf(() => made.setxattr(node, name, new Uint8Array(bytes)));
    expect([
      set(file, 'user.a'),
      set(link, 'user.a'),
      set(link, 'trusted.a'),
      set(file, 'system.a'),
      set(file, 'user.'),
      set(file, ''),
      set(file, `user.${'x'.repeat(251)}`),
      set(file, 'user.b', 65_537),
      set(file, 'user.c', 5000),
    ]).toEqual([
      'none',
      'EPERM',
      'none',
      'ENOTSUP',
      'EINVAL',
      'ERANGE',
      'ERANGE',
      'E2BIG',
      'ENOSPC',
    ]);
    expect([
      errnoOf(() => made.getxattr(link, 'user.a')),
      errnoOf(() => made.getxattr(file, 'trusted.none')),
      errnoOf(() => made.getxattr(file, 'none')),
      errnoOf(() => made.removexattr(file, 'trusted.none')),
    ]).toEqual(['ENODATA', 'ENODATA', 'ENOTSUP', 'ENODATA']);
    expect([made.listxattr(file), made.listxattr(link)]).toEqual([['user.a'], ['trusted.a']]);
    made.removexattr(file, 'user.a');
    expect(made.listxattr(file)).toEqual([]);
  });

  test('chown takes set-id bits and capabilities off a file, a write the capabilities', () => {
    const made = volume();
    const file = made.create(made.root, 'file', { ...FILE, mode: FILE_TYPE.REGULAR | 0o6755 });
    made.setxattr(file, 'security.capability', new Uint8Array(20));
    made.change(file, { uid: 1 });
    expect([made.mode(file) & 0o7777, made.listxattr(file)]).toEqual([0o755, []]);

    made.setxattr(file, 'security.capability', new Uint8Array(20));
    made.change(file, { mode: 0o6755 });
    made.write(file, 0, new Uint8Array(1));
    expect([made.mode(file) & 0o7777, made.listxattr(file)]).toEqual([0o6755, []]);
  });
});

test('a read-only volume tells what exists first, and refuses what would change it', () => {
  const made = volume();
  made.create(made.root, 'file', FILE);
  made.setReadOnly(true);
  const { root } = made;
  expect([
    errnoOf(() => made.create(root, 'file', FILE)),
    errnoOf(() => made.create(root, 'new', FILE)),
    errnoOf(() => made.unlink(root, 'none')),
    errnoOf(() => made.rename(root, 'file', root, 'new')),
    errnoOf(() => made.change(root, { mode: 0o700 })),
    errnoOf(() => made.setxattr(root, 'user.a', new Uint8Array())),
    errnoOf(() => made.open(made.lookup(root, 'file') ?? 0, true)),
    errnoOf(() => made.open(made.lookup(root, 'file') ?? 0, false)),
  ]).toEqual(['EEXIST', 'EROFS', 'EROFS', 'EROFS', 'EROFS', 'EROFS', 'EROFS', 'none']);
});

test('entries tell no types where the volume has none', () => {
  const made = volume({ dType: false });
  made.create(made.root, 'file', FILE);

  expect(made.entries(made.root)).toMatchObject([{ name: 'file', type: 0 }]);
});

test('a hole reads as zero bytes and takes no room, and what was cut off is gone', () => {
  const made = volume();
  const file = made.create(made.root, 'file', FILE);
  made.write(file, 0, encodeUtf8('abcdef'));
  made.change(file, { size: 2 });
  made.change(file, { size: 2 ** 40 });
  const buffer = new Uint8Array(4).fill(9);

  expect(made.read(file, 0, buffer)).toBe(4);
  expect(buffer).toEqual(Uint8Array.of(0x61, 0x62, 0, 0));
  expect([made.attributes(file).size, made.space.usedBlocks]).toEqual([2n ** 40n, 1]);
  expect(errnoOf(() => made.change(file, { size: 2 ** 45 }))).toBe('EFBIG');
  expect(errnoOf(() => made.write(file, 2 ** 39, new Uint8Array(1)))).toBe('EFBIG');
});
