import { isErrno, SyscallError } from '../../domain/errors.js';
import type { Identity } from '../../domain/identities/id-map.js';
import { parentOf } from './byte-path.js';
import { isDirectory, retell } from './confined-tree.js';
import type { Extraction } from './extraction.js';

/**
 * How directories are made that an archive names only in the paths below them.
 *
 * @internal
 */
export interface ImpliedParents {
  /** Permission bits. */
  readonly mode: number;
  /** Whether the process's umask counts, as it does unless the seed had set it to 0. */
  readonly masked: boolean;
  /** Undefined leaves the owner that the kernel gives. */
  readonly owner: Identity | undefined;
}

/**
 * Makes the missing parents of an entry. Whatever else is wrong with the path shows when the entry
 * itself is made.
 *
 * @throws SyscallError `mkdir <path>: …`.
 * @source moby pkg/idtools/idtools_unix.go MkdirAllAndChownNew; Go 1.13 os/path.go MkdirAll
 * @internal
 */
export async function makeImpliedParents(
  run: Extraction,
  path: string,
  implied: () => ImpliedParents,
): Promise<void> {
  const parent = parentOf(path);
  if (run.tree.isLast(parent)) return;
  try {
    await run.tree.directory(parent);
    return;
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) {
      if (error instanceof SyscallError) return;
      throw error;
    }
  }
  // A symlink to nowhere is not missing.
  if ((await run.tree.lstat(parent)) !== undefined) return;
  await makeAll(run, parent, implied());
}

async function makeAll(run: Extraction, path: string, implied: ImpliedParents): Promise<void> {
  try {
    await run.tree.directory(path);
    return;
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw retell(error, 'mkdir', path);
  }
  const parent = parentOf(path);
  if (parent !== '/') await makeAll(run, parent, implied);
  try {
    await makeOne(run, path, implied);
  } catch (error) {
    const existing = isErrno(error, 'EEXIST') ? await run.tree.lstat(path) : undefined;
    if (existing === undefined || !isDirectory(existing)) throw retell(error, 'mkdir', path);
  }
}

async function makeOne(run: Extraction, path: string, implied: ImpliedParents): Promise<void> {
  const { directory, name } = await run.tree.place(path);
  await directory.mkdirat(name, implied.mode);
  const umask = run.ports.kernel.umask();
  if (!implied.masked && (implied.mode & umask) !== 0) await directory.chmodat(name, implied.mode);
  if (implied.owner === undefined) return;
  await directory.lchownat(name, implied.owner.uid, implied.owner.gid);
}
