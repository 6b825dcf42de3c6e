import { TYPE, type TarHeader } from '../../domain/diffs/tar/header.js';
import { GraphDriverError, SyscallError } from '../../domain/errors.js';
import { FILE_TYPE } from '../../domain/host/file-type.js';
import type { Identity } from '../../domain/identities/id-map.js';
import type { FileHandle } from '../../ports/file-system.js';
import { toBytePath } from './byte-path.js';
import { isDirectory, type Place } from './confined-tree.js';
import { createFile } from './create-file.js';
import { setAttributes } from './entry-attributes.js';
import { bare, makeReplacing, modeOf, told, toldOfTwo } from './entry-calls.js';
import { writeContent } from './entry-content.js';
import { fileTimes, symlinkTimes } from './entry-times.js';
import { clearWay, type Extraction, keeps } from './extraction.js';
import { createHardLink } from './hard-link.js';

const DEVICE_TYPES: ReadonlyMap<number, number> = new Map([
  [TYPE.CHAR, FILE_TYPE.CHARACTER],
  [TYPE.BLOCK, FILE_TYPE.BLOCK],
  [TYPE.FIFO, FILE_TYPE.FIFO],
]);

/**
 * Makes one entry at a path other than the root, with owner, attributes, mode and times. What is
 * in the way goes, but a directory merges with a directory. Directories get their times later.
 *
 * @param fill - writes a regular file's content.
 * @throws SyscallError with Go's word for the call and the path in the tree.
 * @throws GraphDriverError `unhandled tar header type <decimal>`.
 * @source moby pkg/archive/archive.go createTarFile
 * @internal
 */
export async function createEntry(
  run: Extraction,
  path: string,
  header: TarHeader,
  owner: Identity,
  fill: (file: FileHandle) => Promise<void> = (file) => writeContent(run, header, file),
): Promise<void> {
  switch (header.typeflag) {
    case TYPE.REG:
    case TYPE.REG_OLD:
      return createFile(run, path, header, owner, fill);
    case TYPE.DIR:
      return createDirectory(run, path, header, owner);
    case TYPE.SYMLINK:
      return createSymlink(run, path, header, owner);
    case TYPE.LINK:
      return createHardLink(run, path, header, owner);
    case TYPE.CHAR:
    case TYPE.BLOCK:
    case TYPE.FIFO:
      return createDevice(run, path, header, owner);
    case TYPE.PAX_GLOBAL:
      await clearWay(run, path, false);
      run.ports.logger.log('debug', 'PAX Global Extended Headers found and ignored');
      return;
    default:
      await clearWay(run, path, false);
      throw new GraphDriverError('archive', `unhandled tar header type ${header.typeflag}`);
  }
}

async function createDirectory(
  run: Extraction,
  path: string,
  header: TarHeader,
  owner: Identity,
): Promise<void> {
  const mode = modeOf(header);
  const place = await told('mkdir', path, () => makeOrMergeDirectory(run, path, mode));
  const { directory, name } = place;
  await told('lchown', path, () => directory.lchownat(name, owner.uid, owner.gid));
  await setAttributes(run, header, (key, value) => directory.lsetxattrat(name, key, value));
  await told('chmod', path, () => directory.chmodat(name, mode));
  // These last only if nothing is put into the directory; they count when the archive breaks off.
  const { atime, mtime } = fileTimes(header);
  await told('chtimes', path, () => directory.utimensat(name, atime, mtime));
}

async function makeOrMergeDirectory(run: Extraction, path: string, mode: number): Promise<Place> {
  try {
    const place = await run.tree.place(path);
    await place.directory.mkdirat(place.name, mode);
    return place;
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error;
    const existing = await run.tree.lstat(path);
    if (existing === undefined) throw error;
    if (isDirectory(existing)) {
      run.newFiles.forget();
      return run.tree.place(path);
    }
  }
  return makeReplacing(run, path, async (place) => {
    await place.directory.mkdirat(place.name, mode);
    return place;
  });
}

async function createSymlink(
  run: Extraction,
  path: string,
  header: TarHeader,
  owner: Identity,
): Promise<void> {
  const target = header.linkname;
  const { directory, name } = await toldOfTwo('symlink', toBytePath(target), path, () =>
    makeReplacing(run, path, async (place) => {
      await place.directory.symlinkat(target, place.name);
      return place;
    }),
  );
  run.writtenBytes += BigInt(target.length);
  await told('lchown', path, () => directory.lchownat(name, owner.uid, owner.gid));
  await setAttributes(run, header, (key, value) => directory.lsetxattrat(name, key, value));
  const { atime, mtime } = symlinkTimes(header);
  await bare(() => directory.utimensat(name, atime, mtime));
}

async function createDevice(
  run: Extraction,
  path: string,
  header: TarHeader,
  owner: Identity,
): Promise<void> {
  const isFifo = header.typeflag === TYPE.FIFO;
  if (run.inUserNs && !isFifo) {
    await clearWay(run, path, false);
    return;
  }
  const mode = modeOf(header);
  // QUIRK: in a user namespace a fifo is not made either, though it could be, and its missing
  // path fails below.
  if (run.inUserNs && keeps(run, 'Q-39')) await clearWay(run, path, false);
  else await bare(() => makeReplacing(run, path, (place) => makeNode(place, header, mode)));

  const { directory, name } = await told('lchown', path, () => run.tree.place(path));
  await told('lchown', path, () => directory.lchownat(name, owner.uid, owner.gid));
  await setAttributes(run, header, (key, value) => directory.lsetxattrat(name, key, value));
  await told('chmod', path, () => directory.chmodat(name, mode));
  const { atime, mtime } = fileTimes(header);
  await told('chtimes', path, () => directory.utimensat(name, atime, mtime));
}

async function makeNode(place: Place, header: TarHeader, mode: number): Promise<void> {
  const type = DEVICE_TYPES.get(header.typeflag) ?? 0;
  const [major, minor] = [Number(header.devmajor), Number(header.devminor)];
  await place.directory.mknodat(place.name, type | mode, major, minor);
}
