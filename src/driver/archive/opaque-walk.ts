import { isNotExist, SyscallError } from '../../domain/errors.js';
import { compareBytes } from '../../domain/utf8.js';
import type { Directory } from '../../ports/file-system.js';
import { childOf, toBytePath } from './byte-path.js';
import { isDirectory, retell } from './confined-tree.js';
import type { Extraction } from './extraction.js';

/**
 * Removes from a directory of the merged view whatever the archive has not put there itself, which
 * is what an opaque mark comes to when the layers below are visible.
 *
 * QUIRK: a directory that has no entry of its own goes together with what was unpacked into it.
 *
 * @throws SyscallError `lstat <path>: …` when the directory is missing.
 * @source moby pkg/archive/diff.go UnpackLayer; Go 1.13 path/filepath Walk
 * @internal
 */
export async function removeUnpacked(
  run: Extraction,
  path: string,
  unpacked: ReadonlySet<string>,
): Promise<void> {
  const stat = await run.tree.lstatOrThrow(path);
  // A symlink to a directory is not walked through.
  if (isDirectory(stat)) await removeBelow(run, path, unpacked);
}

async function removeBelow(
  run: Extraction,
  path: string,
  unpacked: ReadonlySet<string>,
): Promise<void> {
  for (const name of await sortedNames(run, path)) {
    const child = childOf(path, toBytePath(name));
    if (!unpacked.has(child)) await run.tree.removeAll(child);
    else if (await isDirectoryAt(run, child)) await removeBelow(run, child, unpacked);
    if (run.pacer.isDue()) await run.pacer.rest();
  }
}

async function sortedNames(run: Extraction, path: string): Promise<Uint8Array[]> {
  let directory: Directory;
  try {
    directory = await run.tree.directory(path);
  } catch (error) {
    if (isNotExist(error)) return [];
    throw error instanceof SyscallError ? retell(error, 'open', path) : error;
  }
  const names = (await directory.getdents()).map((entry) => entry.name);
  return names.sort(compareBytes);
}

async function isDirectoryAt(run: Extraction, path: string): Promise<boolean> {
  const stat = await run.tree.lstat(path);
  return stat !== undefined && isDirectory(stat);
}
