import { TYPE, type TarHeader } from '../../domain/diffs/tar/header.js';
import type { Identity } from '../../domain/identities/id-map.js';
import { modeOf, told } from './entry-calls.js';
import { setAttributes } from './entry-attributes.js';
import { directoryTimes, fileTimes } from './entry-times.js';
import { type Extraction, keeps, type RootEntry } from './extraction.js';

/**
 * Applies an entry that names the root of the tree: a directory gives the root its owner,
 * attributes and mode. Anything else is about to replace the root, which cannot be.
 *
 * @throws SyscallError `unlinkat .//: device or resource busy`, after the root was emptied.
 * @source moby pkg/archive/archive.go Unpack, createTarFile
 * @internal
 */
export async function applyRootEntry(
  run: Extraction,
  header: TarHeader,
  owner: Identity,
): Promise<void> {
  if (header.typeflag !== TYPE.DIR) return run.tree.removeAll('/');
  // A root can't be taken back by emptying it, so what promises to undo a failure waits with it.
  if (keeps(run, 'Q-29')) await describeRoot(run, { header, owner });
  else run.rootEntries.push({ header, owner });
}

/**
 * Does what waited until everything else of the archive was in place: the times of directories,
 * which every entry put into them had changed, and entries of the root.
 *
 * @throws SyscallError of the failed call.
 * @internal
 */
export async function finishExtraction(run: Extraction): Promise<void> {
  await setDirectoryTimes(run);
  for (const entry of run.rootEntries) await describeRoot(run, entry);
}

async function describeRoot(run: Extraction, { header, owner }: RootEntry): Promise<void> {
  const { root } = run.tree;
  run.newFiles.forget();
  await told('lchown', '/', () => root.fchown(owner.uid, owner.gid));
  await setAttributes(run, header, (name, value) => root.fsetxattr(name, value));
  await told('chmod', '/', () => root.fchmod(modeOf(header)));
  const { atime, mtime } = fileTimes(header);
  await told('chtimes', '/', () => root.futimens(atime, mtime));
}

/**
 * Gives the directories of the archive their times, after everything was put into them. They are
 * found by name: what replaced a directory since gets its times.
 *
 * @throws SyscallError `chtimes <path>: …` for a directory that the archive itself deleted.
 * @source moby pkg/archive/archive.go Unpack, pkg/archive/diff.go UnpackLayer
 */
async function setDirectoryTimes(run: Extraction): Promise<void> {
  for (const { path, header } of run.directories) {
    const times = directoryTimes(header, keeps(run, 'Q-41'));
    await told('chtimes', path, () => setTimes(run, path, times));
    if (run.pacer.isDue()) await run.pacer.rest();
  }
}

async function setTimes(
  run: Extraction,
  path: string,
  { atime, mtime }: ReturnType<typeof directoryTimes>,
): Promise<void> {
  const { tree } = run;
  if (path === '/') return tree.root.futimens(atime, mtime);
  if (!tree.isDisturbed) {
    // Nothing was removed, so the path still leads to the very directory that was made.
    const { directory, name } = await tree.place(path);
    return directory.utimensat(name, atime, mtime);
  }
  const found = await tree.follow(path);
  if ('directory' in found) return found.directory.futimens(atime, mtime);
  return found.place.directory.utimensat(found.place.name, atime, mtime);
}
