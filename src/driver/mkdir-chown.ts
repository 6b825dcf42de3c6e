import { isErrno, SyscallError } from '../domain/errors.js';
import { goDir } from '../domain/go/path.js';
import { FILE_TYPE } from '../domain/host/file-type.js';
import type { FileStat } from '../domain/host/file-stat.js';
import { ERRNO } from '../domain/go/errno.js';
import type { Identity } from '../domain/identities/id-map.js';
import { hasChange, type Profile } from '../domain/profiles/profile.js';
import type { FileSystem } from '../ports/file-system.js';

const PERMISSIONS = 0o777;

/**
 * Whose directories are to be made.
 *
 * @internal
 */
export interface DirectoryRequest {
  /** Permission bits. */
  readonly mode: number;
  readonly owner: Identity;
  /** Whether the mode is set whatever the umask, and on what exists, too (V-02). */
  readonly exact: boolean;
}

/**
 * Gives what the mkdir helpers of a profile are asked for.
 *
 * @internal
 */
export function directoryRequest(
  profile: Profile,
  mode: number,
  owner: Identity,
): DirectoryRequest {
  return { mode, owner, exact: hasChange(profile, 'V-02') };
}

/**
 * Makes a directory with all its parents; what exists stays, but its last component changes owner
 * when that differs.
 *
 * @param path - absolute.
 * @throws SyscallError `mkdir <path>: not a directory` when the path is something else.
 * @source moby pkg/idtools/idtools_unix.go MkdirAllAndChown
 * @internal
 */
export async function mkdirAllAndChown(
  fs: FileSystem,
  path: string,
  request: DirectoryRequest,
): Promise<void> {
  const existing = await statOrUndefined(fs, path);
  if (existing !== undefined) return keepExisting(fs, path, request, existing);

  const missing = [path, ...(await missingParents(fs, path))];
  for (const parent of missing.slice().reverse()) await mkdirOrKeep(fs, parent, request.mode);
  for (const made of missing) await settle(fs, made, request);
}

/**
 * Makes one directory; one that exists stays, and changes owner when that differs.
 *
 * @throws SyscallError of `mkdir`, `Stat` or `chown`.
 * @source moby pkg/idtools/idtools_unix.go MkdirAndChown
 * @internal
 */
export async function mkdirAndChown(
  fs: FileSystem,
  path: string,
  request: DirectoryRequest,
): Promise<void> {
  const existing = await statOrUndefined(fs, path);
  if (existing !== undefined) return keepExisting(fs, path, request, existing);

  await mkdirIfMissing(fs, path, request.mode);
  await settle(fs, path, request);
}

async function statOrUndefined(fs: FileSystem, path: string): Promise<FileStat | undefined> {
  try {
    return await fs.stat(path);
  } catch (error) {
    // QUIRK: every failure of stat, not only a missing path, leads on to mkdir, which tells more.
    if (error instanceof SyscallError) return undefined;
    throw error;
  }
}

async function keepExisting(
  fs: FileSystem,
  path: string,
  request: DirectoryRequest,
  existing: FileStat,
): Promise<void> {
  if (!isDirectory(existing)) {
    throw new SyscallError({ errno: ERRNO.ENOTDIR, syscall: 'mkdir', path });
  }
  await setPermissions(fs, path, request, existing);
}

/** Nearest first. Whatever keeps stat from answering, the walk goes on to the next parent. */
async function missingParents(fs: FileSystem, path: string): Promise<string[]> {
  const missing: string[] = [];
  for (let parent = goDir(path); parent !== '/'; parent = goDir(parent)) {
    const existing = await statOrUndefined(fs, parent);
    if (existing === undefined) missing.push(parent);
    else if (isDirectory(existing)) break;
    else throw new SyscallError({ errno: ERRNO.ENOTDIR, syscall: 'mkdir', path: parent });
  }
  return missing;
}

/** Go's MkdirAll looks at what exists without following it: a dangling symlink is a failure. */
async function mkdirOrKeep(fs: FileSystem, path: string, mode: number): Promise<void> {
  try {
    await fs.mkdir(path, mode);
  } catch (error) {
    if (!isErrno(error, 'EEXIST') || !isDirectory(await fs.lstat(path))) throw error;
  }
}

async function mkdirIfMissing(fs: FileSystem, path: string, mode: number): Promise<void> {
  try {
    await fs.mkdir(path, mode);
  } catch (error) {
    if (!isErrno(error, 'EEXIST')) throw error;
  }
}

async function settle(fs: FileSystem, path: string, request: DirectoryRequest): Promise<void> {
  let made: FileStat;
  try {
    made = await fs.stat(path);
  } catch (error) {
    throw error instanceof SyscallError ? error.as({ syscall: 'Stat' }) : error;
  }
  await setPermissions(fs, path, request, made);
}

/**
 * Gives a directory what it is meant to have. The seed leaves the mode to the umask; since 20.10
 * it is set (V-02).
 */
async function setPermissions(
  fs: FileSystem,
  path: string,
  { mode, owner, exact }: DirectoryRequest,
  found: FileStat,
): Promise<void> {
  if (exact && (found.mode & PERMISSIONS) !== mode) await fs.chmod(path, mode);
  if (!isOwnedBy(found, owner)) await fs.chown(path, owner.uid, owner.gid);
}

function isOwnedBy(stat: FileStat, owner: Identity): boolean {
  return stat.uid === owner.uid && stat.gid === owner.gid;
}

function isDirectory(stat: FileStat): boolean {
  return (stat.mode & FILE_TYPE.MASK) === FILE_TYPE.DIRECTORY;
}
