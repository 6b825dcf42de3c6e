import type { TarHeader } from '../../domain/diffs/tar/header.js';
import { GraphDriverError, SyscallError } from '../../domain/errors.js';
import { goClean, goJoin } from '../../domain/go/path.js';
import { META_LINK_DIR } from '../../domain/diffs/whiteout.js';
import type { Identity } from '../../domain/identities/id-map.js';
import { baseOf, fromBytePath, parentOf, toBytePath } from './byte-path.js';
import { isSymlink, type Place } from './confined-tree.js';
import { makeReplacing, modeOf, told, toldOfTwo } from './entry-calls.js';
import { setAttributes } from './entry-attributes.js';
import { fileTimes } from './entry-times.js';
import type { Extraction } from './extraction.js';

/** The name of a directory in itself: only the root has no other. */
const SELF = '.';

/**
 * Makes a path another name of an existing file. Owner and attributes are set on the file; mode
 * and times only if the link name, taken from the root, is there and is no symlink.
 *
 * @throws SyscallError `link <target> <path>: …`.
 * @source moby pkg/archive/archive.go createTarFile
 * @internal
 */
export async function createHardLink(
  run: Extraction,
  path: string,
  header: TarHeader,
  owner: Identity,
): Promise<void> {
  const linkName = toBytePath(header.linkname);
  const target = goJoin('/', linkName);
  const { directory, name } = await toldOfTwo('link', target, path, () =>
    linkTo(run, target, path),
  );
  await told('lchown', path, () => directory.lchownat(name, owner.uid, owner.gid));
  await setAttributes(run, header, (key, value) => directory.lsetxattrat(name, key, value));
  if (!(await isPlainFile(run, linkName))) return;
  await told('chmod', path, () => directory.chmodat(name, modeOf(header)));
  const { atime, mtime } = fileTimes(header);
  await told('chtimes', path, () => directory.utimensat(name, atime, mtime));
}

async function linkTo(run: Extraction, target: string, path: string): Promise<Place> {
  const source = fromBytePath(baseOf(target) || SELF);
  try {
    return await makeReplacing(run, path, async (place) => {
      const from = await run.tree.directory(parentOf(target));
      await place.directory.linkat(from, source, place.name);
      return place;
    });
  } catch (error) {
    // Where both are wrong the kernel tells of the source, which it looks for first.
    if (error instanceof SyscallError) {
      await (await run.tree.directory(parentOf(target))).lstatat(source);
    }
    throw error;
  }
}

/**
 * Tells whether a hard link leads into the directory where aufs keeps sources of hard links.
 *
 * @source moby pkg/archive/diff.go UnpackLayer
 * @internal
 */
export function isAufsLink(header: TarHeader): boolean {
  return goClean(toBytePath(header.linkname)).startsWith(META_LINK_DIR);
}

/**
 * Makes the error of a hard link to a source that the archive did not bring.
 *
 * @source moby pkg/archive/diff.go UnpackLayer
 * @internal
 */
export function invalidAufsLink(): GraphDriverError {
  return new GraphDriverError('archive', 'Invalid aufs hardlink');
}

/** The link name is taken as it stands, not cleaned: `..` after a symlink leads elsewhere. */
async function isPlainFile(run: Extraction, linkName: string): Promise<boolean> {
  if (linkName === '') return false;
  const slash = linkName.lastIndexOf('/');
  try {
    const parent = await run.tree.directory(slash <= 0 ? '/' : `/${linkName.slice(0, slash)}`);
    const stat = await parent.lstatat(fromBytePath(linkName.slice(slash + 1) || SELF));
    return !isSymlink(stat);
  } catch (error) {
    if (error instanceof SyscallError) return false;
    throw error;
  }
}
