/** What `resolve` must answer: a directory taken for `/`, which no path and no symlink leaves. */
import { expect } from 'vitest';
import { OPEN } from '../../src/domain/host/open-flags.js';
import { decodeUtf8 } from '../../src/domain/utf8.js';
import type { Directory } from '../../src/ports/file-system.js';
import { bytes, expectFailure, inDirectory, type Case } from './contract.js';

/** Directories of the tree that the paths below start from; each holds a directory `.id-<n>`. */
const DIRECTORIES = ['a', 'a/b', 'a/b/c', 'etc'];
/** Symlinks of the tree, by path: their targets. */
const LINKS = {
  'a/up': '..',
  'a/far': '../../../../..',
  'a/root': '/',
  'a/b/abs': '/a/b/c',
  'a/b/rel': '../../etc',
  'a/b/out': '/../../etc',
  'a/b/slashes': '//a///b/',
  'a/self': '.',
  'a/file-link': 'file',
  'a/dangling': 'none',
  loop: 'loop',
  ping: 'pong',
  pong: 'ping',
};
/** Paths, and the directory (`''` the root) or errno that each must give. */
const PATHS: readonly (readonly [path: string, expected: string])[] = [
  ['', ''],
  ['.', ''],
  ['/', ''],
  ['..', ''],
  ['/../..', ''],
  ['a', 'a'],
  ['/a/b/', 'a/b'],
  ['a//b/./c', 'a/b/c'],
  ['a/b/../..', ''],
  ['a/../../../etc', 'etc'],
  ['a/up', ''],
  ['a/up/..', ''],
  ['a/up/a/b', 'a/b'],
  ['a/far', ''],
  ['a/far/etc', 'etc'],
  ['a/root/etc', 'etc'],
  ['a/b/abs', 'a/b/c'],
  ['a/b/abs/..', 'a/b'],
  ['a/b/rel', 'etc'],
  ['a/b/out', 'etc'],
  ['a/b/slashes/c', 'a/b/c'],
  ['a/self/self/self/b', 'a/b'],
  ['none', 'ENOENT'],
  ['a/none/..', 'ENOENT'],
  ['a/dangling', 'ENOENT'],
  ['a/file', 'ENOTDIR'],
  ['a/file/', 'ENOTDIR'],
  ['a/file/..', 'ENOTDIR'],
  ['a/file/x', 'ENOTDIR'],
  ['a/file-link', 'ENOTDIR'],
  ['loop', 'ELOOP'],
  ['ping/x', 'ELOOP'],
  ['a\0b', 'EINVAL'],
  ['x'.repeat(256), 'ENAMETOOLONG'],
];

async function plantTree(root: Directory): Promise<void> {
  for (const path of DIRECTORIES)
    await at(root, path, (parent, name) => parent.mkdirat(name, 0o755));
  for (const [path, target] of Object.entries(LINKS)) {
    await at(root, path, (parent, name) => parent.symlinkat(bytes(target), name));
  }
  await at(root, 'a/file', async (parent, name) => {
    await (await parent.openat(name, OPEN.WRITE_ONLY | OPEN.CREATE, 0o644)).close();
  });
}

/** Calls with the directory of a path and its last name, opened step by step. */
async function at(
  root: Directory,
  path: string,
  use: (parent: Directory, name: Uint8Array) => Promise<void>,
): Promise<void> {
  const slash = path.lastIndexOf('/');
  const name = bytes(path.slice(slash + 1));
  if (slash === -1) return use(root, name);
  const parent = await openStepwise(root, path.slice(0, slash));
  await use(parent, name);
  await parent.close();
}

async function openStepwise(root: Directory, path: string): Promise<Directory> {
  let here: Directory | undefined;
  for (const name of path.split('/')) {
    const next = await (here ?? root).opendirat(bytes(name));
    await here?.close();
    here = next;
  }
  return here as Directory;
}

async function inodeOf(root: Directory, path: string): Promise<bigint> {
  if (path === '') return (await root.fstat()).ino;
  const directory = await openStepwise(root, path);
  const { ino } = await directory.fstat();
  await directory.close();
  return ino;
}

const TABLE_CASES: readonly Case[] = PATHS.map(([path, expected]) => ({
  name: `resolve of ${JSON.stringify(path).slice(0, 40)} gives ${expected || 'the root'}`,
  run: inDirectory(async (root) => {
    await plantTree(root);

    if (/^E[A-Z]+$/.test(expected)) {
      const failed = root.resolve(bytes(path));
      return expectFailure(failed, { errno: expected, syscall: 'open', path });
    }

    const found = await root.resolve(bytes(path));
    expect((await found.fstat()).ino).toBe(await inodeOf(root, expected));
    await found.close();
  }),
}));

/** Plants `link-1` → `link-2` → … → `.`, `count` links in all. */
async function plantChain(root: Directory, count: number): Promise<void> {
  for (let i = 1; i <= count; i++) {
    const target = i === count ? '.' : `link-${i + 1}`;
    await root.symlinkat(bytes(target), bytes(`link-${i}`));
  }
}

const OTHER_CASES: readonly Case[] = [
  {
    name: 'resolve follows forty symlinks and refuses the next with ELOOP',
    run: inDirectory(async (root) => {
      await plantChain(root, 41);

      const found = await root.resolve(bytes('link-2'));
      expect((await found.fstat()).ino).toBe((await root.fstat()).ino);
      await found.close();

      const asked = { errno: 'ELOOP', syscall: 'open', path: 'link-1' };
      await expectFailure(root.resolve(bytes('link-1')), asked);
      await expectFailure(root.resolve(bytes('link-2/link-41')), {
        ...asked,
        path: 'link-2/link-41',
      });
    }),
  },
  {
    name: 'resolve of a directory below starts there, not where the first one was',
    run: inDirectory(async (root) => {
      await plantTree(root);
      const below = await root.resolve(bytes('a'));

      for (const path of ['..', '/', 'up', 'root', 'far']) {
        const found = await below.resolve(bytes(path));
        expect((await found.fstat()).ino).toBe(await inodeOf(root, 'a'));
        await found.close();
      }
      const outside = below.resolve(bytes('b/rel'));
      await expectFailure(outside, { errno: 'ENOENT', syscall: 'open', path: 'b/rel' });
      await below.close();
    }),
  },
  {
    name: 'resolve gives a handle of its own, which lists and outlives the first',
    async run({ ports: { fs }, root: path }) {
      const root = await fs.openRoot(path);
      await root.mkdirat(bytes('d'), 0o755);
      const again = await root.resolve(new Uint8Array());
      await root.close();

      expect((await again.getdents()).map(({ name }) => decodeUtf8(name))).toEqual(['d']);
      await again.close();
    },
  },
  {
    name: 'resolve refuses a path of 4096 bytes with ENAMETOOLONG and takes one less',
    run: inDirectory(async (root) => {
      const path = './'.repeat(2048);
      const asked = { errno: 'ENAMETOOLONG', syscall: 'open', path };
      await expectFailure(root.resolve(bytes(path)), asked);
      await (await root.resolve(bytes(path.slice(1)))).close();
    }),
  },
  {
    name: 'resolve takes a directory that was removed for what it is: gone',
    run: inDirectory(async (root) => {
      await root.mkdirat(bytes('d'), 0o755);
      const gone = await root.resolve(bytes('d'));
      await root.rmdirat(bytes('d'));

      const asked = { errno: 'ENOENT', syscall: 'open', path: 'x' };
      await expectFailure(gone.resolve(bytes('x')), asked);
      const listed = { errno: 'ENOENT', syscall: 'readdirent', path: 'd' };
      await expectFailure(gone.getdents(), listed);
      await gone.close();
    }),
  },
];

/** Every case of `Directory.resolve`. */
export const RESOLVE_CASES: readonly Case[] = [...TABLE_CASES, ...OTHER_CASES];
