import { isErrno, isNotExist, SyscallError } from '../domain/errors.js';
import { goBase, goDir } from '../domain/go/path.js';
import { decodeUtf8, encodeUtf8 } from '../domain/utf8.js';
import type { Directory, DirectoryEntry, FileSystem } from '../ports/file-system.js';

/**
 * Removes a path and everything below it without following a symlink; a missing path is success.
 *
 * @throws SyscallError `unlinkat <path>: …` of the first thing that could not be removed; the rest
 *   is removed all the same.
 * @source Go 1.13 os/removeall_at.go RemoveAll
 * @internal
 */
export async function removeAll(fs: FileSystem, path: string): Promise<void> {
  if (await removedAtOnce(fs, path)) return;

  const parentPath = goDir(path);
  let parent: Directory;
  try {
    parent = await fs.openRoot(parentPath);
  } catch (error) {
    if (isNotExist(error)) return;
    throw error;
  }
  try {
    await removeAllAt(parent, encodeUtf8(goBase(path)), parentPath);
  } finally {
    await parent.close();
  }
}

/**
 * Removes one entry of an open directory and everything below it.
 *
 * @param below - the directory's path, for the error's text alone.
 * @throws SyscallError `unlinkat <below>/<name…>: …`.
 * @source Go 1.13 os/removeall_at.go removeAllFrom
 * @internal
 */
export async function removeAllAt(
  directory: Directory,
  name: Uint8Array,
  below: string,
): Promise<void> {
  const path = below === '/' ? `/${decodeUtf8(name)}` : `${below}/${decodeUtf8(name)}`;
  let kept: unknown;
  try {
    await directory.unlinkat(name);
    return;
  } catch (error) {
    if (isNotExist(error)) return;
    if (!isErrno(error, 'EISDIR', 'EPERM', 'EACCES')) throw retold(error, path);
    const emptied = await emptyDirectory(directory, name, path);
    if (emptied === 'gone') return;
    if (emptied === 'no directory') throw retold(error, path);
    kept = emptied.kept;
  }
  try {
    await directory.rmdirat(name);
  } catch (error) {
    if (!isNotExist(error)) throw kept ?? retold(error, path);
  }
}

/** Go first tries the two calls that are enough for a file and for an empty directory. */
async function removedAtOnce(fs: FileSystem, path: string): Promise<boolean> {
  try {
    await fs.unlink(path);
    return true;
  } catch (error) {
    if (isNotExist(error)) return true;
    if (!(error instanceof SyscallError)) throw error;
  }
  try {
    await fs.rmdir(path);
    return true;
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error;
    return isNotExist(error);
  }
}

/**
 * Removes what is in a directory, and goes on after a failure: `kept` is the first one. A mount
 * that lost its upper directory can't be listed, and counts as gone.
 */
async function emptyDirectory(
  parent: Directory,
  name: Uint8Array,
  path: string,
): Promise<{ readonly kept?: SyscallError } | 'no directory' | 'gone'> {
  let directory: Directory;
  try {
    directory = await parent.opendirat(name);
  } catch (error) {
    if (isNotExist(error)) return 'gone';
    if (isErrno(error, 'ENOTDIR', 'ELOOP')) return 'no directory';
    throw retold(error, path);
  }
  try {
    const kept = await removeEach(directory, await directory.getdents(), path);
    return kept === undefined ? {} : { kept };
  } catch (error) {
    if (isNotExist(error)) return 'gone';
    throw retold(error, path);
  } finally {
    await directory.close();
  }
}

async function removeEach(
  directory: Directory,
  entries: readonly DirectoryEntry[],
  path: string,
): Promise<SyscallError | undefined> {
  let kept: SyscallError | undefined;
  for (const { name } of entries) {
    try {
      await removeAllAt(directory, name, path);
    } catch (error) {
      // A crash ends everything, a failure only what it is about.
      if (!(error instanceof SyscallError)) throw error;
      kept ??= error;
    }
  }
  return kept;
}

function retold(error: unknown, path: string): unknown {
  return error instanceof SyscallError ? error.as({ syscall: 'unlinkat', path }) : error;
}
