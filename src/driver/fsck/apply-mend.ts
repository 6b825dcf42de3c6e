import { GraphDriverError, isErrno, isNotExist } from '../../domain/errors.js';
import type { MakeDirectory, Mend } from '../../domain/fsck/mend.js';
import { decodeUtf8, encodeUtf8 } from '../../domain/utf8.js';
import type { Directory, FileSystem } from '../../ports/file-system.js';
import { inParent, readSmallFile, writeNewFile } from './confined.js';

/** Moby's own name for what it writes before it renames. */
const TEMPORARY = '.tmp-fsck-';

/**
 * A home that is not as a mend expects it: somebody changed it meanwhile.
 *
 * @public
 * @since 0.1.0
 */
export class ChangedMeanwhileError extends GraphDriverError {
  constructor(path: string, what: string) {
    super('changed-meanwhile', `${path} ${what}: it was changed meanwhile, and is left as it is`);
  }
}

/**
 * Where mends are done.
 *
 * @internal
 */
export interface MendPlace {
  readonly fs: FileSystem;
  /** Absolute. */
  readonly home: string;
  /** Absolute; a directory on the same file system that leftovers are moved to, made on demand. */
  readonly asideDirectory: string;
}

/**
 * Does one mend; what is there has to be what the mend says was there.
 *
 * @throws ChangedMeanwhileError; SyscallError.
 * @internal
 */
export async function applyMend(
  { fs, home, asideDirectory }: MendPlace,
  mend: Mend,
): Promise<void> {
  const root = await fs.openRoot(home);
  try {
    if (mend.kind === 'set-aside') {
      await makeDirectory(fs, asideDirectory);
      await moveOut(fs, root, mend.path, asideDirectory);
    } else await inParent(root, mend.path, (parent, name) => change(parent, name, mend));
  } finally {
    await root.close();
  }
}

/**
 * Takes one mend back; what is there has to be what the mend left.
 *
 * @throws ChangedMeanwhileError; SyscallError.
 * @internal
 */
export async function undoMend({ fs, home, asideDirectory }: MendPlace, mend: Mend): Promise<void> {
  const root = await fs.openRoot(home);
  try {
    if (mend.kind === 'set-aside') await moveBack(fs, root, mend.path, asideDirectory);
    else await inParent(root, mend.path, (parent, name) => change(parent, name, inverse(mend)));
  } finally {
    await root.close();
  }
}

type InPlace = Exclude<Mend, { kind: 'set-aside' }>;
/** A file that goes is the one change that no mend makes, only an undo. */
type Change = InPlace | { kind: 'remove-file'; path: string; before: string };

function inverse(mend: InPlace): Change {
  switch (mend.kind) {
    case 'write-file':
      if (mend.before === null) return { kind: 'remove-file', path: mend.path, before: mend.after };
      return { ...mend, before: mend.after, after: mend.before };
    case 'write-symlink':
      return { ...mend, before: mend.after, after: mend.before };
    case 'make-directory':
      return { ...mend, kind: 'remove-directory' };
    case 'remove-directory':
      return { ...mend, kind: 'make-directory' };
  }
}

async function change(parent: Directory, name: string, wanted: Change): Promise<void> {
  const bytes = encodeUtf8(name);
  switch (wanted.kind) {
    case 'write-file':
      await expectFile(parent, name, wanted.path, wanted.before);
      await replaceFile(parent, name, wanted);
      break;
    case 'remove-file':
      await expectFile(parent, name, wanted.path, wanted.before);
      await parent.unlinkat(bytes);
      break;
    case 'write-symlink':
      await expectSymlink(parent, name, wanted.path, wanted.before);
      if (wanted.after === null) await parent.unlinkat(bytes);
      else await replaceSymlink(parent, name, wanted.before !== null, wanted.after);
      break;
    case 'make-directory':
      await makeOwned(parent, bytes, wanted);
      break;
    case 'remove-directory':
      await parent.rmdirat(bytes);
      break;
  }
  await parent.fsync();
}

async function makeOwned(
  parent: Directory,
  name: Uint8Array,
  wanted: MakeDirectory,
): Promise<void> {
  const { mode, uid, gid } = wanted;
  await parent.mkdirat(name, mode);
  const made = await parent.opendirat(name);
  try {
    await made.fchown(uid, gid);
    await made.fchmod(mode);
  } finally {
    await made.close();
  }
}

/** A new file appears whole; an old one keeps its owner and mode. */
async function replaceFile(
  parent: Directory,
  name: string,
  { before, after, mode }: Extract<Mend, { kind: 'write-file' }>,
): Promise<void> {
  const temporary = `${TEMPORARY}${name}`;
  const old = before === null ? undefined : await parent.lstatat(encodeUtf8(name));
  await writeNewFile(parent, temporary, after, old === undefined ? mode : old.mode & 0o7777);
  if (old !== undefined) await parent.lchownat(encodeUtf8(temporary), old.uid, old.gid);
  await parent.renameat(encodeUtf8(temporary), parent, encodeUtf8(name));
}

async function replaceSymlink(
  parent: Directory,
  name: string,
  isThere: boolean,
  target: string,
): Promise<void> {
  if (!isThere) return parent.symlinkat(encodeUtf8(target), encodeUtf8(name));
  const temporary = encodeUtf8(`${TEMPORARY}${name}`);
  await parent.symlinkat(encodeUtf8(target), temporary);
  return parent.renameat(temporary, parent, encodeUtf8(name));
}

async function expectFile(
  parent: Directory,
  name: string,
  path: string,
  content: string | null,
): Promise<void> {
  const found = await orNull(() => readSmallFile(parent, name));
  if (found !== content) throw new ChangedMeanwhileError(path, saying(found));
}

async function expectSymlink(
  parent: Directory,
  name: string,
  path: string,
  target: string | null,
): Promise<void> {
  const found = await orNull(async () => decodeUtf8(await parent.readlinkat(encodeUtf8(name))));
  if (found !== target) throw new ChangedMeanwhileError(path, saying(found));
}

function saying(found: string | null): string {
  return found === null ? 'is not there' : `holds ${JSON.stringify(found)}`;
}

async function orNull<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (isNotExist(error)) return null;
    throw error;
  }
}

async function makeDirectory(fs: FileSystem, path: string): Promise<void> {
  try {
    await fs.mkdir(path, 0o700);
  } catch (error) {
    if (!isErrno(error, 'EEXIST')) throw error;
  }
}

/** The name outside holds the whole path, so that two leftovers never meet. */
function asideName(path: string): Uint8Array {
  return encodeUtf8(path.replaceAll('%', '%25').replaceAll('/', '%2F'));
}

async function moveOut(
  fs: FileSystem,
  root: Directory,
  path: string,
  asideDirectory: string,
): Promise<void> {
  const aside = await fs.openRoot(asideDirectory);
  try {
    await inParent(root, path, async (parent, name) => {
      await parent.renameat(encodeUtf8(name), aside, asideName(path));
      await parent.fsync();
    });
    await aside.fsync();
  } finally {
    await aside.close();
  }
}

async function moveBack(
  fs: FileSystem,
  root: Directory,
  path: string,
  asideDirectory: string,
): Promise<void> {
  const aside = await fs.openRoot(asideDirectory);
  try {
    await inParent(root, path, async (parent, name) => {
      if ((await orNull(() => parent.lstatat(encodeUtf8(name)))) !== null) {
        throw new ChangedMeanwhileError(path, 'is there again');
      }
      await aside.renameat(asideName(path), parent, encodeUtf8(name));
      await parent.fsync();
    });
  } finally {
    await aside.close();
  }
}
