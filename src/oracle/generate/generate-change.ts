import type { FileChange } from '../commands/operation.js';
import { CAPABILITY, CONTENTS, FILE_NAMES, MODES, MOMENTS, TARGETS } from './alphabet.js';
import type { SeededRandom } from './random.js';

const DEPTH_MAX = 4;
const OWNERS: readonly number[] = [0, 1, 1000];
const SIZES: readonly number[] = [0, 1, 5, 600];

/** Devices: null, the first loop device, and the numbers that mean a whiteout. */
const DEVICES = [
  { kind: 'character', major: 1, minor: 3 },
  { kind: 'block', major: 7, minor: 0 },
  { kind: 'character', major: 0, minor: 0 },
  { kind: 'fifo', major: 0, minor: 0 },
  { kind: 'socket', major: 0, minor: 0 },
] as const;

const ATTRIBUTES = [
  { name: 'user.k', value: 'v' },
  { name: 'trusted.k', value: 'w' },
  { name: 'security.capability', value: CAPABILITY },
] as const;

const KINDS: readonly (readonly [weight: number, kind: FileChange['do']])[] = [
  [22, 'write'],
  [18, 'mkdir'],
  [10, 'unlink'],
  [5, 'rmdir'],
  [9, 'remove-tree'],
  [10, 'rename'],
  [5, 'symlink'],
  [5, 'link'],
  [4, 'mknod'],
  [4, 'chmod'],
  [3, 'chown'],
  [4, 'utimes'],
  [3, 'append'],
  [2, 'truncate'],
  [3, 'setxattr'],
];

/**
 * Makes a change of a tree that may have some paths, and notes what it does to them.
 *
 * @param paths - directories with a slash at their end.
 * @internal
 */
export function generateChange(random: SeededRandom, paths: Set<string>): FileChange {
  const change = makeChange(random, paths, random.weighted(KINDS));
  note(paths, change);
  return change;
}

function makeChange(
  random: SeededRandom,
  paths: ReadonlySet<string>,
  kind: FileChange['do'],
): FileChange {
  const path = chooseOld(random, paths);
  switch (kind) {
    case 'write':
      return { do: kind, path: chooseNew(random, paths), content: random.pick(CONTENTS) };
    case 'append':
      return { do: kind, path, content: random.pick(CONTENTS) };
    case 'truncate':
      return { do: kind, path, size: random.pick(SIZES) };
    case 'mkdir':
      return { do: kind, path: chooseNew(random, paths), mode: random.pick(MODES) };
    case 'symlink':
      return { do: kind, path: chooseNew(random, paths), target: random.pick(TARGETS) };
    case 'link':
      return { do: kind, path: chooseNew(random, paths), from: path };
    case 'mknod': {
      const mode = random.pick(MODES);
      return { do: kind, path: chooseNew(random, paths), mode, ...random.pick(DEVICES) };
    }
    case 'unlink':
    case 'rmdir':
    case 'remove-tree':
      return { do: kind, path };
    case 'rename':
      return { do: kind, path, to: chooseNew(random, paths) };
    case 'chmod':
      return { do: kind, path: orRoot(random, path), mode: random.pick(MODES) };
    case 'chown': {
      const [uid, gid] = [random.pick(OWNERS), random.pick(OWNERS)];
      return { do: kind, path: orRoot(random, path), uid, gid };
    }
    case 'utimes':
      return { do: kind, path: orRoot(random, path), mtime: random.pick(MOMENTS) };
    case 'setxattr':
      return { do: kind, path: orRoot(random, path), ...random.pick(ATTRIBUTES) };
  }
}

function orRoot(random: SeededRandom, path: string): string {
  return random.percent(8) ? '' : path;
}

/** A path that most likely is there. */
function chooseOld(random: SeededRandom, paths: ReadonlySet<string>): string {
  if (paths.size === 0 || random.percent(8)) return anyPath(random);
  return withoutSlash(nth(paths, random.below(paths.size)));
}

/** A path that most likely can be made: below the root or a directory. */
function chooseNew(random: SeededRandom, paths: ReadonlySet<string>): string {
  const directories = [...paths].filter((path) => path.endsWith('/'));
  if (random.percent(8)) return anyPath(random);
  const name = random.percent(3) ? '.wh.f' : random.pick(FILE_NAMES);
  if (directories.length === 0 || random.percent(25)) return name;
  const directory = random.pick(directories);
  return directory.split('/').length > DEPTH_MAX ? name : directory + name;
}

function anyPath(random: SeededRandom): string {
  const names = Array.from({ length: random.between(1, 3) }, () => random.pick(FILE_NAMES));
  return names.join('/');
}

function note(paths: Set<string>, change: FileChange): void {
  switch (change.do) {
    case 'mkdir':
      paths.add(`${change.path}/`);
      return;
    case 'write':
    case 'symlink':
    case 'link':
    case 'mknod':
      paths.add(change.path);
      return;
    case 'unlink':
    case 'rmdir':
      paths.delete(change.path);
      paths.delete(`${change.path}/`);
      return;
    case 'remove-tree':
      forget(paths, change.path);
      return;
    case 'rename':
      if (paths.has(`${change.path}/`)) paths.add(`${change.to}/`);
      else paths.add(change.to);
      forget(paths, change.path);
      return;
    case 'append':
    case 'truncate':
    case 'chmod':
    case 'chown':
    case 'utimes':
    case 'setxattr':
  }
}

function forget(paths: Set<string>, path: string): void {
  paths.delete(path);
  for (const other of paths) if (other.startsWith(`${path}/`)) paths.delete(other);
}

function withoutSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path;
}

function nth(paths: ReadonlySet<string>, index: number): string {
  let at = 0;
  for (const path of paths) if (at++ === index) return path;
  return '';
}
