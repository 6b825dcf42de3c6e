import { isNotExist, SyscallError } from '../../domain/errors.js';
import { ERRNO, type ErrnoName } from '../../domain/go/errno.js';
import type { Timestamp } from '../../domain/host/file-stat.js';
import { FILE_TYPE } from '../../domain/host/file-type.js';
import { OPEN } from '../../domain/host/open-flags.js';
import { decodeUtf8, encodeUtf8 } from '../../domain/utf8.js';
import type { Directory, FileHandle, FileSystem } from '../../ports/file-system.js';
import { bytesOfText } from './byte-text.js';
import type { ByteText, FileChange, Moment, NodeKind } from './operation.js';

const FILE_MODE = 0o644;
const NEW_FILE = OPEN.WRITE_ONLY | OPEN.CREATE | OPEN.TRUNCATE | OPEN.NO_FOLLOW;
const OLD_FILE = OPEN.WRITE_ONLY | OPEN.NO_FOLLOW;

const TYPE_BITS: Readonly<Record<NodeKind, number>> = {
  fifo: FILE_TYPE.FIFO,
  character: FILE_TYPE.CHARACTER,
  block: FILE_TYPE.BLOCK,
  socket: FILE_TYPE.SOCKET,
};

/**
 * Makes one change below a tree and never outside it: the directory of a path is resolved with the
 * tree for `/`, its last name is not followed. Only regular files are written to, since opening a
 * fifo waits and writing to a device reaches the machine: EISDIR for a directory, ELOOP for a
 * symlink, ENXIO for the rest. A symlink has no mode to change: ELOOP.
 *
 * @param tree - absolute path of the tree.
 * @throws SyscallError
 * @internal
 */
export async function changeFile(
  files: FileSystem,
  tree: string,
  change: FileChange,
): Promise<void> {
  const root = await files.openRoot(tree);
  try {
    if (change.path === '') await changeRoot(root, change);
    else {
      const perform = PERFORM[change.do] as (spot: Spot, change: FileChange) => Promise<void>;
      await withParent(root, change.path, (directory, name) =>
        perform({ root, directory, name }, change),
      );
    }
  } finally {
    await root.close();
  }
}

/** The root can be given another mode, owner, time or attribute, and nothing else. */
async function changeRoot(root: Directory, change: FileChange): Promise<void> {
  if (change.do === 'chmod') return root.fchmod(change.mode);
  if (change.do === 'chown') return root.fchown(change.uid, change.gid);
  if (change.do === 'setxattr') return root.fsetxattr(change.name, bytesOfText(change.value));
  if (change.do !== 'utimes') throw failure('EBUSY', change.do);
  const time = timeOf(change.mtime);
  return root.futimens(time, time);
}

/** Where a change is made: its tree, the directory in it, the name in the directory. */
interface Spot {
  readonly root: Directory;
  readonly directory: Directory;
  readonly name: Uint8Array;
}

type Perform<Kind extends FileChange['do']> = (
  spot: Spot,
  change: Extract<FileChange, { do: Kind }>,
) => Promise<void>;

const PERFORM: Readonly<{ [Kind in FileChange['do']]: Perform<Kind> }> = {
  async write({ directory, name }, { content }) {
    await expectRegular(directory, name, true);
    await writeTo(await directory.openat(name, NEW_FILE, FILE_MODE), content, 0n);
  },
  async append({ directory, name }, { content }) {
    const size = await expectRegular(directory, name, false);
    await writeTo(await directory.openat(name, OLD_FILE, 0), content, size);
  },
  async truncate({ directory, name }, { size }) {
    await expectRegular(directory, name, false);
    await resize(await directory.openat(name, OLD_FILE, 0), size);
  },
  mkdir: ({ directory, name }, { mode }) => directory.mkdirat(name, mode),
  symlink: ({ directory, name }, { target }) => directory.symlinkat(encodeUtf8(target), name),
  link: ({ root, directory, name }, { from }) =>
    withParent(root, from, (other, otherName) => directory.linkat(other, otherName, name)),
  mknod: ({ directory, name }, { kind, mode, major, minor }) =>
    directory.mknodat(name, TYPE_BITS[kind] | mode, major, minor),
  unlink: ({ directory, name }) => directory.unlinkat(name),
  rmdir: ({ directory, name }) => directory.rmdirat(name),
  'remove-tree': ({ directory, name }) => removeTree(directory, name),
  rename: ({ root, directory, name }, { to }) =>
    withParent(root, to, (other, otherName) => directory.renameat(name, other, otherName)),
  async chmod({ directory, name }, { mode }) {
    if (await isType(directory, name, FILE_TYPE.SYMLINK)) throw failure('ELOOP', 'chmod');
    await directory.chmodat(name, mode);
  },
  chown: ({ directory, name }, { uid, gid }) => directory.lchownat(name, uid, gid),
  async utimes({ directory, name }, { mtime }) {
    const time = timeOf(mtime);
    await directory.utimensat(name, time, time);
  },
  setxattr: ({ directory, name }, { name: attribute, value }) =>
    directory.lsetxattrat(name, attribute, bytesOfText(value)),
};

/**
 * Removes an entry with everything below it. A name below it that is listed and not there is passed
 * over, as `rm -rf` does: an overlay lists the whiteouts of a directory that one layer alone has.
 *
 * @throws SyscallError ENOENT where there is none.
 * @internal
 */
export async function removeTree(directory: Directory, name: Uint8Array): Promise<void> {
  if (!(await isType(directory, name, FILE_TYPE.DIRECTORY))) return directory.unlinkat(name);
  const inner = await directory.opendirat(name);
  try {
    for (const entry of await inner.getdents()) await removeIfThere(inner, entry.name);
  } finally {
    await inner.close();
  }
  return directory.rmdirat(name);
}

async function removeIfThere(directory: Directory, name: Uint8Array): Promise<void> {
  try {
    await removeTree(directory, name);
  } catch (error) {
    if (!isNotExist(error)) throw error;
  }
}

async function withParent(
  root: Directory,
  path: string,
  use: (directory: Directory, name: Uint8Array) => Promise<void>,
): Promise<void> {
  const cut = path.lastIndexOf('/');
  const name = encodeUtf8(path.slice(cut + 1));
  if (cut < 0) return use(root, name);
  const directory = await root.resolve(encodeUtf8(path.slice(0, cut)));
  try {
    await use(directory, name);
  } finally {
    await directory.close();
  }
}

/** Gives the size of a file that may be written to; 0 for one that is to be made. */
async function expectRegular(
  directory: Directory,
  name: Uint8Array,
  mayBeMissing: boolean,
): Promise<bigint> {
  let stat;
  try {
    stat = await directory.lstatat(name);
  } catch (error) {
    const isMissing = error instanceof SyscallError && error.errno === ERRNO.ENOENT;
    if (mayBeMissing && isMissing) return 0n;
    throw error;
  }
  const type = stat.mode & FILE_TYPE.MASK;
  if (type === FILE_TYPE.REGULAR) return stat.size;
  if (type === FILE_TYPE.DIRECTORY) throw failure('EISDIR', 'open', name);
  throw failure(type === FILE_TYPE.SYMLINK ? 'ELOOP' : 'ENXIO', 'open', name);
}

async function writeTo(file: FileHandle, content: ByteText, from: bigint): Promise<void> {
  try {
    if (from > 0n) await file.lseek(from);
    const bytes = bytesOfText(content);
    let done = 0;
    while (done < bytes.length) done += await file.write(bytes.subarray(done));
  } finally {
    await file.close();
  }
}

async function resize(file: FileHandle, size: number): Promise<void> {
  try {
    await file.ftruncate(BigInt(size));
  } finally {
    await file.close();
  }
}

async function isType(directory: Directory, name: Uint8Array, type: number): Promise<boolean> {
  return ((await directory.lstatat(name)).mode & FILE_TYPE.MASK) === type;
}

function timeOf([seconds, nanoseconds]: Moment): Timestamp {
  return { seconds: BigInt(seconds), nanoseconds };
}

function failure(errno: ErrnoName, syscall: string, name?: Uint8Array): SyscallError {
  const path = name === undefined ? {} : { path: decodeUtf8(name) };
  return new SyscallError({ errno: ERRNO[errno], syscall, ...path });
}
