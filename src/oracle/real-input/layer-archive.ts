import { isErrno } from '../../domain/errors.js';
import { encodeByteText } from '../../domain/diffs/tar/byte-text.js';
import { type TarHeader, TYPE, XATTR_PREFIX } from '../../domain/diffs/tar/header.js';
import { encodeHeader, endOfArchive, paddingLength } from '../../domain/diffs/tar/write-header.js';
import { FILE_TYPE } from '../../domain/host/file-type.js';
import { OPEN } from '../../domain/host/open-flags.js';
import type { Directory } from '../../ports/file-system.js';
import { baseName, parentPath } from './byte-text-path.js';
import type { LayerPlan, PlannedEntry } from './layer-plan.js';

const READ_BYTES = 1024 * 1024;

/** Archive entries give permissions; the type has a field of its own. */
const PERMISSIONS = 0o7777;

const TYPE_OF: ReadonlyMap<number, number> = new Map([
  [FILE_TYPE.REGULAR, TYPE.REG],
  [FILE_TYPE.DIRECTORY, TYPE.DIR],
  [FILE_TYPE.SYMLINK, TYPE.SYMLINK],
  [FILE_TYPE.CHARACTER, TYPE.CHAR],
  [FILE_TYPE.BLOCK, TYPE.BLOCK],
  [FILE_TYPE.FIFO, TYPE.FIFO],
]);

/**
 * Streams the archive of a planned layer straight from the files of the host: one entry after the
 * other, large files in pieces of 1 MiB, never a whole layer in memory.
 *
 * @internal
 */
export async function* layerArchive(host: Directory, plan: LayerPlan): AsyncGenerator<Uint8Array> {
  const firstNames = new Map<string, string>();
  for (const entry of plan.entries) {
    const directory = await host.resolve(encodeByteText(parentPath(entry.source)));
    try {
      const header = await headerOf(directory, entry, firstNames);
      yield encodeHeader(header);
      if (header.typeflag === TYPE.REG) yield* content(directory, entry);
    } finally {
      await directory.close();
    }
  }
  yield endOfArchive();
}

async function headerOf(
  directory: Directory,
  entry: PlannedEntry,
  firstNames: Map<string, string>,
): Promise<TarHeader> {
  const { path, stat } = entry;
  const name = encodeByteText(baseName(entry.source));
  const type = stat.mode & FILE_TYPE.MASK;
  const first = type === FILE_TYPE.DIRECTORY ? undefined : firstNameOf(entry, firstNames);
  const plain: TarHeader = {
    typeflag: TYPE_OF.get(type) ?? TYPE.REG,
    name: encodeByteText(type === FILE_TYPE.DIRECTORY ? `${path}/` : path),
    linkname: new Uint8Array(0),
    size: type === FILE_TYPE.REGULAR ? stat.size : 0n,
    mode: BigInt(stat.mode & PERMISSIONS),
    uid: BigInt(stat.uid),
    gid: BigInt(stat.gid),
    uname: '',
    gname: '',
    mtime: { seconds: stat.mtime.seconds, nanoseconds: 0 },
    devmajor: BigInt(stat.rdevMajor),
    devminor: BigInt(stat.rdevMinor),
    paxRecords: await attributeRecords(directory, name),
  };
  if (first !== undefined) {
    return { ...plain, typeflag: TYPE.LINK, linkname: encodeByteText(first), size: 0n };
  }
  if (type !== FILE_TYPE.SYMLINK) return plain;
  return { ...plain, linkname: await directory.readlinkat(name) };
}

/** The name under which the layer already has the file; undefined for its first name. */
function firstNameOf(
  { path, stat }: PlannedEntry,
  firstNames: Map<string, string>,
): string | undefined {
  if (stat.nlink < 2) return undefined;
  const inode = `${stat.dev}:${stat.ino}`;
  const first = firstNames.get(inode);
  if (first === undefined) firstNames.set(inode, path);
  return first;
}

async function attributeRecords(
  directory: Directory,
  name: Uint8Array,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const records = new Map<string, Uint8Array>();
  try {
    for (const attribute of await directory.llistxattrat(name)) {
      records.set(XATTR_PREFIX + attribute, await directory.lgetxattrat(name, attribute));
    }
  } catch (error) {
    if (!isErrno(error, 'ENOTSUP')) throw error;
  }
  return records;
}

async function* content(
  directory: Directory,
  { source, stat }: PlannedEntry,
): AsyncGenerator<Uint8Array> {
  const file = await directory.openat(encodeByteText(baseName(source)), OPEN.READ_ONLY, 0);
  try {
    let left = Number(stat.size);
    while (left > 0) {
      const buffer = new Uint8Array(Math.min(READ_BYTES, left));
      const got = await file.read(buffer);
      if (got === 0) throw new Error(`${source}: it shrank while it was read`);
      left -= got;
      yield buffer.subarray(0, got);
    }
  } finally {
    await file.close();
  }
  const padding = paddingLength(stat.size);
  if (padding > 0) yield new Uint8Array(padding);
}
