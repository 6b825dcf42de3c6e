/** Random file operations, few names, so that they meet each other; and how each is carried out. */
import fc from 'fast-check';
import { SyscallError } from '../../../src/domain/errors.js';
import { FILE_TYPE } from '../../../src/domain/host/file-type.js';
import { decodeUtf8, encodeUtf8 } from '../../../src/domain/utf8.js';
import { changeFile } from '../../../src/oracle/commands/change-file.js';
import type { FileChange } from '../../../src/oracle/commands/operation.js';
import type { Directory, FileSystem } from '../../../src/ports/file-system.js';
import { outcome } from './observe.js';

type Change = Exclude<FileChange, { do: 'remove-tree' }>;

/** A change, a look at one file, or the removal of a tree in the order of its names. */
export type Step =
  | Change
  | { readonly do: 'look'; readonly path: string }
  | { readonly do: 'list'; readonly path: string }
  | { readonly do: 'clear'; readonly path: string };

const name = fc.constantFrom('a', 'b', 'c');
const somePath = fc.oneof(
  { weight: 3, arbitrary: name },
  { weight: 4, arbitrary: fc.tuple(name, name).map((parts) => parts.join('/')) },
  { weight: 1, arbitrary: fc.tuple(name, name, name).map((parts) => parts.join('/')) },
);
const content = fc.constantFrom('', 'x', 'yz', 'longer text');
const mode = fc.constantFrom(0o755, 0o700, 0o2775, 0o1777, 0o600, 0o4755);
const id = fc.constantFrom(0, 1, 1000);
const xattrName = fc.constantFrom(
  'user.a',
  'trusted.b',
  'trusted.overlay.opaque',
  'trusted.overlay.x',
  'security.c',
  'foo.bar',
);

const make = [
  fc.record({ do: fc.constant('write' as const), path: somePath, content }),
  fc.record({ do: fc.constant('mkdir' as const), path: somePath, mode }),
  fc.record({ do: fc.constant('mkdir' as const), path: somePath, mode }),
  fc.record({
    do: fc.constant('symlink' as const),
    path: somePath,
    target: fc.constantFrom('a', '../b', '/c'),
  }),
  fc.record({ do: fc.constant('link' as const), path: somePath, from: somePath }),
  fc.record({
    do: fc.constant('mknod' as const),
    path: somePath,
    kind: fc.constantFrom(
      'fifo' as const,
      'character' as const,
      'block' as const,
      'socket' as const,
    ),
    mode: fc.constantFrom(0o644, 0),
    major: fc.constantFrom(0, 1),
    minor: fc.constantFrom(0, 3),
  }),
  fc.record({
    do: fc.constant('setxattr' as const),
    path: somePath,
    name: xattrName,
    value: fc.constantFrom('y', 'yes', ''),
  }),
  fc.record({ do: fc.constant('chmod' as const), path: somePath, mode }),
  fc.record({ do: fc.constant('chown' as const), path: somePath, uid: id, gid: id }),
  fc.record({
    do: fc.constant('utimes' as const),
    path: somePath,
    mtime: fc.constantFrom([1000, 5] as const, [77, 0] as const),
  }),
];

const whiteout = fc.record({
  do: fc.constant('mknod' as const),
  path: somePath,
  kind: fc.constant('character' as const),
  mode: fc.constant(0),
  major: fc.constant(0),
  minor: fc.constant(0),
});
const opaque = fc.record({
  do: fc.constant('setxattr' as const),
  path: somePath,
  name: fc.constant('trusted.overlay.opaque'),
  value: fc.constantFrom('y', 'y', 'yes'),
});

/** What somebody writes into a layer. */
export const layerStep: fc.Arbitrary<Step> = fc.oneof(...make, whiteout, opaque);

/** What the lowest layer often has, so that most paths name something. */
export const FURNITURE: readonly Step[] = [
  { do: 'mkdir', path: 'a', mode: 0o755 },
  { do: 'mkdir', path: 'a/b', mode: 0o700 },
  { do: 'write', path: 'a/c', content: 'below' },
  { do: 'link', path: 'a/b/c', from: 'a/c' },
  { do: 'mkdir', path: 'b', mode: 0o2775 },
  { do: 'write', path: 'b/a', content: '' },
  { do: 'symlink', path: 'b/c', target: '../a' },
  { do: 'write', path: 'c', content: 'file' },
  { do: 'utimes', path: 'a', mtime: [99, 1] },
  { do: 'utimes', path: 'b', mtime: [99, 2] },
];

/** What is done in a mounted tree. */
export const step: fc.Arbitrary<Step> = fc.oneof(
  ...make,
  fc.record({ do: fc.constant('append' as const), path: somePath, content }),
  fc.record({
    do: fc.constant('truncate' as const),
    path: somePath,
    size: fc.constantFrom(0, 1, 9),
  }),
  ...[1, 2].flatMap(() => [
    fc.record({ do: fc.constant('unlink' as const), path: somePath }),
    fc.record({ do: fc.constant('rmdir' as const), path: somePath }),
    fc.record({ do: fc.constant('clear' as const), path: somePath }),
    fc.record({ do: fc.constant('rename' as const), path: somePath, to: somePath }),
    fc.record({ do: fc.constant('look' as const), path: somePath }),
    fc.record({ do: fc.constant('list' as const), path: somePath }),
  ]),
);

/** Carries a step out below a tree, and gives its errno or what it showed. */
export async function perform(fs: FileSystem, tree: string, what: Step): Promise<string> {
  if (what.do === 'look') {
    return outcome(async () => {
      const { mode: shown, nlink, uid, gid } = await fs.lstat(`${tree}/${what.path}`);
      return `${shown.toString(8)} x${nlink} ${uid}:${gid}`;
    });
  }
  if (what.do === 'list') return outcome(() => inDirectory(fs, `${tree}/${what.path}`, list));
  if (what.do === 'clear') return outcome(() => clear(fs, tree, what.path));
  return outcome(() => changeFile(fs, tree, what));
}

async function list(directory: Directory): Promise<string> {
  const entries = await directory.getdents();
  return entries
    .map((entry) => `${decodeUtf8(entry.name)}:${entry.type}`)
    .sort()
    .join(' ');
}

async function inDirectory<T>(
  fs: FileSystem,
  path: string,
  use: (directory: Directory) => Promise<T>,
): Promise<T> {
  const directory = await fs.openRoot(path);
  try {
    return await use(directory);
  } finally {
    await directory.close();
  }
}

async function clear(fs: FileSystem, tree: string, path: string): Promise<void> {
  const cut = path.lastIndexOf('/');
  await inDirectory(fs, cut < 0 ? tree : `${tree}/${path.slice(0, cut)}`, (directory) =>
    removeSorted(directory, encodeUtf8(path.slice(cut + 1))),
  );
}

async function removeSorted(directory: Directory, what: Uint8Array): Promise<void> {
  const { mode: found } = await directory.lstatat(what);
  if ((found & FILE_TYPE.MASK) !== FILE_TYPE.DIRECTORY) return directory.unlinkat(what);
  const inner = await directory.opendirat(what);
  try {
    const names = (await inner.getdents()).map((entry) => decodeUtf8(entry.name)).sort();
    for (const each of names) {
      try {
        await removeSorted(inner, encodeUtf8(each));
      } catch (error) {
        // A stray whiteout is listed and not there.
        if (!(error instanceof SyscallError) || error.errnoName !== 'ENOENT') throw error;
      }
    }
  } finally {
    await inner.close();
  }
  return directory.rmdirat(what);
}
