/** Reading and writing below an open directory, one name at a time, following nothing. */
import { isErrno, isNotExist } from '../../domain/errors.js';
import type { EntryKind, SurveyEntry } from '../../domain/fsck/survey.js';
import type { FileStat } from '../../domain/host/file-stat.js';
import { FILE_TYPE } from '../../domain/host/file-type.js';
import { OPEN } from '../../domain/host/open-flags.js';
import { compareBytes, decodeUtf8, encodeUtf8, isUtf8 } from '../../domain/utf8.js';
import type { Directory } from '../../ports/file-system.js';
import { writeAll } from '../files.js';

const PERMISSIONS = 0o7777;
/** The driver's own files are a few kilobytes at most; what is longer is no such file. */
const FILE_BYTES_MAX = 64 * 1024;
const KINDS: ReadonlyMap<number, EntryKind> = new Map([
  [FILE_TYPE.DIRECTORY, 'directory'],
  [FILE_TYPE.REGULAR, 'file'],
  [FILE_TYPE.SYMLINK, 'symlink'],
  [FILE_TYPE.BLOCK, 'block'],
]);

/**
 * Lists a directory with what `lstat` tells of each name, in byte order.
 *
 * @throws SyscallError
 * @internal
 */
export async function entriesOf(directory: Directory): Promise<SurveyEntry[]> {
  const names = (await directory.getdents()).map(({ name }) => name).sort(compareBytes);
  const entries: SurveyEntry[] = [];
  for (const name of names) {
    const stat = await unlessGone(() => directory.lstatat(name));
    if (stat !== undefined) entries.push(entryOf(name, stat));
  }
  return entries;
}

/**
 * Gives what a survey keeps of a name.
 *
 * @internal
 */
export function entryOf(name: Uint8Array, stat: FileStat): SurveyEntry {
  const { mode, uid, gid, size, dev, ino } = stat;
  return {
    name: decodeUtf8(name),
    kind: KINDS.get(mode & FILE_TYPE.MASK) ?? 'other',
    mode: mode & PERMISSIONS,
    uid,
    gid,
    size: Number(size),
    file: `${dev}:${ino}`,
    isText: isUtf8(name),
  };
}

/**
 * Reads one of the driver's small files; what is longer than any of them is cut.
 *
 * @throws SyscallError
 * @internal
 */
export async function readSmallFile(directory: Directory, name: string): Promise<string> {
  const file = await directory.openat(encodeUtf8(name), OPEN.READ_ONLY | OPEN.NO_FOLLOW, 0);
  try {
    const bytes = new Uint8Array(FILE_BYTES_MAX);
    let length = 0;
    while (length < bytes.length) {
      const got = await file.read(bytes.subarray(length));
      if (got === 0) break;
      length += got;
    }
    return decodeUtf8(bytes.subarray(0, length));
  } finally {
    await file.close();
  }
}

/**
 * Writes a new file and syncs it.
 *
 * @throws SyscallError, of `open` with EEXIST where the name is taken.
 * @internal
 */
export async function writeNewFile(
  directory: Directory,
  name: string,
  content: string,
  mode: number,
): Promise<void> {
  const flags = OPEN.WRITE_ONLY | OPEN.CREATE | OPEN.EXCLUSIVE | OPEN.NO_FOLLOW;
  const file = await directory.openat(encodeUtf8(name), flags, mode);
  try {
    await writeAll(file, encodeUtf8(content));
    await file.fchmod(mode);
    await file.fsync();
  } finally {
    await file.close();
  }
}

/**
 * Opens the directory that a path in the home lies in, component by component.
 *
 * @param path - relative to the home, without `.` and `..`.
 * @param work - gets the directory and the last component.
 * @throws SyscallError
 * @internal
 */
export async function inParent<T>(
  root: Directory,
  path: string,
  work: (parent: Directory, name: string) => Promise<T>,
): Promise<T> {
  const [first = '', ...rest] = path.split('/');
  if (rest.length === 0) return work(root, first);
  const child = await root.opendirat(encodeUtf8(first));
  try {
    return await inParent(child, rest.join('/'), work);
  } finally {
    await child.close();
  }
}

/**
 * Gives undefined where something vanished, or became something else, while it was looked at.
 *
 * @internal
 */
export async function unlessGone<T>(look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look();
  } catch (error) {
    const isGone = isNotExist(error) || isErrno(error, 'ENOTDIR') || isErrno(error, 'ELOOP');
    if (isGone || isErrno(error, 'ESTALE') || isErrno(error, 'EINVAL')) return undefined;
    throw error;
  }
}
