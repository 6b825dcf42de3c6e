/** Calls at the edges of path walking and what Linux answers, for the fake and for Linux itself. */
import { SyscallError } from '../../src/domain/errors.js';
import { FILE_TYPE } from '../../src/domain/host/file-type.js';
import { OPEN } from '../../src/domain/host/open-flags.js';
import type { FileSystem } from '../../src/ports/file-system.js';

const CREATE = OPEN.WRITE_ONLY | OPEN.CREATE;

const CALLS = {
  stat: (fs: FileSystem, path: string) => fs.stat(path),
  lstat: (fs: FileSystem, path: string) => fs.lstat(path),
  readlink: (fs: FileSystem, path: string) => fs.readlink(path),
  mkdir: (fs: FileSystem, path: string) => fs.mkdir(path, 0o755),
  rmdir: (fs: FileSystem, path: string) => fs.rmdir(path),
  unlink: (fs: FileSystem, path: string) => fs.unlink(path),
  symlink: (fs: FileSystem, path: string) => fs.symlink('file', path),
  mkfifo: (fs: FileSystem, path: string) => fs.mknod(path, FILE_TYPE.FIFO | 0o600, 0, 0),
  mknodDirectory: (fs: FileSystem, path: string) => fs.mknod(path, FILE_TYPE.DIRECTORY, 0, 0),
  mknodSymlink: (fs: FileSystem, path: string) => fs.mknod(path, FILE_TYPE.SYMLINK, 0, 0),
  open: (fs: FileSystem, path: string) => opened(fs, path, OPEN.READ_ONLY),
  openWrite: (fs: FileSystem, path: string) => opened(fs, path, OPEN.WRITE_ONLY),
  openTruncate: (fs: FileSystem, path: string) => opened(fs, path, OPEN.TRUNCATE),
  openNoFollow: (fs: FileSystem, path: string) => opened(fs, path, OPEN.NO_FOLLOW),
  openDirectoryNoFollow: (fs: FileSystem, path: string) =>
    opened(fs, path, OPEN.NO_FOLLOW | OPEN.DIRECTORY),
  create: (fs: FileSystem, path: string) => opened(fs, path, CREATE),
  createNew: (fs: FileSystem, path: string) => opened(fs, path, CREATE | OPEN.EXCLUSIVE),
  createNoFollow: (fs: FileSystem, path: string) => opened(fs, path, CREATE | OPEN.NO_FOLLOW),
  chmod: (fs: FileSystem, path: string) => fs.chmod(path, 0o700),
  lchown: (fs: FileSystem, path: string) => fs.lchown(path, 0, 0),
};

/** A call of the table; for rename the path is `old>new`. */
export type PathCall = keyof typeof CALLS | 'rename';

/** A call, a path relative to the tree, and the errno or `none`. */
export const PATH_CASES: readonly (readonly [call: PathCall, path: string, expected: string])[] = [
  ['stat', 'd/', 'none'],
  ['stat', 'file/', 'ENOTDIR'],
  ['stat', 'file/.', 'ENOTDIR'],
  ['stat', 'file/..', 'ENOTDIR'],
  ['stat', 'none/', 'ENOENT'],
  ['stat', 'none/..', 'ENOENT'],
  ['stat', 'to-d/..', 'none'],
  ['stat', 'to-file/', 'ENOTDIR'],
  ['stat', 'dangling', 'ENOENT'],
  ['lstat', 'dangling', 'none'],
  ['lstat', 'dangling/', 'ENOENT'],
  ['lstat', 'loop', 'none'],
  ['lstat', 'loop/', 'ELOOP'],
  ['lstat', 'to-file/', 'ENOTDIR'],
  ['readlink', 'to-d/', 'EINVAL'],
  ['readlink', 'to-d', 'none'],
  ['mkdir', 'new/', 'none'],
  ['mkdir', 'new///', 'none'],
  ['mkdir', '.', 'EEXIST'],
  ['mkdir', 'd/..', 'EEXIST'],
  ['mkdir', 'file/.', 'ENOTDIR'],
  ['mkdir', 'none/.', 'ENOENT'],
  ['mkdir', 'dangling', 'EEXIST'],
  ['mkdir', 'dangling/', 'EEXIST'],
  ['mkdir', 'to-d/', 'EEXIST'],
  ['mkdir', 'file/new', 'ENOTDIR'],
  ['rmdir', '.', 'EINVAL'],
  ['rmdir', 'd/..', 'ENOTEMPTY'],
  ['rmdir', 'd/.', 'EINVAL'],
  ['rmdir', 'empty/', 'none'],
  ['rmdir', 'to-empty', 'ENOTDIR'],
  ['rmdir', 'to-empty/', 'ENOTDIR'],
  ['unlink', '.', 'EISDIR'],
  ['unlink', 'd/..', 'EISDIR'],
  ['unlink', 'd', 'EISDIR'],
  ['unlink', 'd/', 'EISDIR'],
  ['unlink', 'file/', 'ENOTDIR'],
  ['unlink', 'to-file/', 'ENOTDIR'],
  ['unlink', 'none/', 'ENOENT'],
  ['symlink', 'new/', 'ENOENT'],
  ['symlink', 'd/', 'EEXIST'],
  ['symlink', '.', 'EEXIST'],
  ['mkfifo', 'new/', 'ENOENT'],
  ['mkfifo', 'file/', 'EEXIST'],
  ['mkfifo', '..', 'EEXIST'],
  ['mknodDirectory', 'new', 'EPERM'],
  ['mknodSymlink', 'new', 'EINVAL'],
  ['open', 'char', 'ENXIO'],
  ['open', 'socket', 'ENXIO'],
  ['open', 'd', 'none'],
  ['openWrite', 'd', 'EISDIR'],
  ['openWrite', 'd/', 'EISDIR'],
  ['openTruncate', 'd', 'EISDIR'],
  ['openTruncate', 'file', 'none'],
  ['openNoFollow', 'to-file', 'ELOOP'],
  ['openNoFollow', 'to-d/', 'none'],
  ['openNoFollow', 'to-d/.', 'none'],
  ['openDirectoryNoFollow', 'to-d', 'ENOTDIR'],
  ['openDirectoryNoFollow', 'file', 'ENOTDIR'],
  ['openDirectoryNoFollow', 'd', 'none'],
  ['create', 'd', 'EISDIR'],
  ['create', 'd/', 'EISDIR'],
  ['create', 'new/', 'EISDIR'],
  ['create', 'file/', 'EISDIR'],
  ['create', '.', 'EISDIR'],
  ['create', 'd/..', 'EISDIR'],
  ['create', 'none/new', 'ENOENT'],
  ['create', 'dangling', 'none'],
  ['create', 'loop', 'ELOOP'],
  ['create', 'to-file', 'none'],
  ['create', 'to-d', 'EISDIR'],
  ['createNew', 'to-file', 'EEXIST'],
  ['createNew', 'loop', 'EEXIST'],
  ['createNew', 'd', 'EEXIST'],
  ['createNew', '.', 'EEXIST'],
  ['createNoFollow', 'dangling', 'ELOOP'],
  ['createNoFollow', 'to-file', 'ELOOP'],
  ['createNoFollow', 'new', 'none'],
  ['chmod', 'dangling', 'ENOENT'],
  ['lchown', 'dangling', 'none'],
  ['rename', 'file>new/', 'ENOTDIR'],
  ['rename', 'file/>new', 'ENOTDIR'],
  ['rename', 'd/>new/', 'none'],
  ['rename', 'd>.', 'EBUSY'],
  ['rename', '.>new', 'EBUSY'],
  ['rename', 'd/..>new', 'EBUSY'],
  ['rename', 'none>d/in', 'ENOENT'],
  ['rename', 'd>d', 'none'],
  ['rename', 'd/in>d', 'ENOTEMPTY'],
  ['rename', 'd>d/in/x', 'EINVAL'],
  ['rename', 'file>none/x', 'ENOENT'],
  ['rename', 'file>file/x', 'ENOTDIR'],
  ['rename', 'to-d>d', 'EISDIR'],
  ['rename', 'empty>to-d', 'ENOTDIR'],
  ['rename', 'dangling>file', 'none'],
];

/** Makes the tree that the table is about. */
export async function plantPaths(fs: FileSystem, root: string): Promise<void> {
  for (const name of ['d', 'd/in', 'empty']) await fs.mkdir(`${root}/${name}`, 0o755);
  await opened(fs, `${root}/file`, CREATE);
  const links = {
    'to-d': 'd',
    'to-file': 'file',
    'to-empty': 'empty',
    dangling: 'nowhere',
    loop: 'loop',
  };
  for (const [name, target] of Object.entries(links)) await fs.symlink(target, `${root}/${name}`);
  await fs.mknod(`${root}/char`, FILE_TYPE.CHARACTER | 0o600, 0, 0);
  await fs.mknod(`${root}/socket`, FILE_TYPE.SOCKET | 0o600, 0, 0);
}

/** Makes a call of the table, and gives its errno or `none`. */
export async function runPathCase(
  fs: FileSystem,
  root: string,
  call: PathCall,
  path: string,
): Promise<string> {
  try {
    if (call === 'rename') {
      const [from = '', to = ''] = path.split('>');
      await fs.rename(`${root}/${from}`, `${root}/${to}`);
    } else await CALLS[call](fs, `${root}/${path}`);
  } catch (error) {
    if (error instanceof SyscallError) return error.errnoName;
    throw error;
  }
  return 'none';
}

async function opened(fs: FileSystem, path: string, flags: number): Promise<void> {
  await (await fs.open(path, flags, 0o644)).close();
}
