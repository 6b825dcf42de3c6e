import { isErrno } from '../../domain/errors.js';
import { FILE_TYPE } from '../../domain/host/file-type.js';
import type { FileStat } from '../../domain/host/file-stat.js';
import { OPEN } from '../../domain/host/open-flags.js';
import type { Directory } from '../../ports/file-system.js';
import type { TreeEntry } from './answer.js';
import { textOfBytes } from './byte-text.js';
import type { ByteText } from './operation.js';

const PERMISSIONS = 0o7777;
const READ_BYTES = 1024;

/** The kernel's own attributes, which tell of the overlay and not of the layer's content. */
const PRIVATE_PREFIXES: readonly string[] = ['trusted.overlay.', 'system.', 'security.selinux'];

const TYPE_NAMES: ReadonlyMap<number, TreeEntry['type']> = new Map([
  [FILE_TYPE.REGULAR, 'file'],
  [FILE_TYPE.DIRECTORY, 'directory'],
  [FILE_TYPE.SYMLINK, 'symlink'],
  [FILE_TYPE.FIFO, 'fifo'],
  [FILE_TYPE.CHARACTER, 'character'],
  [FILE_TYPE.BLOCK, 'block'],
  [FILE_TYPE.SOCKET, 'socket'],
]);

interface Found {
  readonly entry: TreeEntry;
  /** Device and inode of what has several names. */
  readonly inode: string | undefined;
}

/**
 * Looks at a whole tree, its root included.
 *
 * @returns entries in the order of their paths as texts; equal files of several names refer to the
 *   first of them.
 * @internal
 */
export async function walkTree(root: Directory): Promise<readonly TreeEntry[]> {
  const found: Found[] = [];
  const stat = await root.fstat();
  const xattrs = await attributes(root, undefined);
  found.push({ entry: { ...plainEntry('', stat), ...xattrs }, inode: undefined });
  await walk(root, '', found);
  found.sort((a, b) => (a.entry.path < b.entry.path ? -1 : 1));
  const first = new Map<string, ByteText>();
  return found.map(({ entry, inode }) => {
    if (inode === undefined) return entry;
    const linkOf = first.get(inode);
    if (linkOf !== undefined) return { ...entry, linkOf };
    first.set(inode, entry.path);
    return entry;
  });
}

async function walk(directory: Directory, prefix: ByteText, found: Found[]): Promise<void> {
  for (const { name } of await directory.getdents()) {
    const path = prefix + textOfBytes(name);
    const stat = await lookAt(directory, name);
    if (stat === undefined) continue;
    const type = stat.mode & FILE_TYPE.MASK;
    const hasNames = type !== FILE_TYPE.DIRECTORY && stat.nlink > 1;
    const xattrs = await attributes(directory, name);
    const content = await contentOf(directory, name, type);
    const entry = { ...plainEntry(path, stat), ...content, ...xattrs };
    found.push({ entry, inode: hasNames ? `${stat.dev}:${stat.ino}` : undefined });
    if (type !== FILE_TYPE.DIRECTORY) continue;
    const inner = await directory.opendirat(name);
    try {
      await walk(inner, `${path}/`, found);
    } finally {
      await inner.close();
    }
  }
}

/** An overlay may list a whiteout where only one layer has the directory; nobody can look it up. */
async function lookAt(directory: Directory, name: Uint8Array): Promise<FileStat | undefined> {
  try {
    return await directory.lstatat(name);
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function plainEntry(path: ByteText, stat: FileStat): TreeEntry {
  const type = TYPE_NAMES.get(stat.mode & FILE_TYPE.MASK) ?? 'file';
  const device = type === 'character' || type === 'block';
  return {
    path,
    type,
    mode: stat.mode & PERMISSIONS,
    uid: stat.uid,
    gid: stat.gid,
    mtime: [Number(stat.mtime.seconds), stat.mtime.nanoseconds],
    ...(device ? { device: [stat.rdevMajor, stat.rdevMinor] as const } : {}),
  };
}

async function contentOf(
  directory: Directory,
  name: Uint8Array,
  type: number,
): Promise<Pick<TreeEntry, 'content' | 'target'>> {
  if (type === FILE_TYPE.SYMLINK) return { target: textOfBytes(await directory.readlinkat(name)) };
  if (type !== FILE_TYPE.REGULAR) return {};
  const file = await directory.openat(name, OPEN.READ_ONLY | OPEN.NO_FOLLOW, 0);
  try {
    let content = '';
    const buffer = new Uint8Array(READ_BYTES);
    for (;;) {
      const got = await file.read(buffer);
      if (got === 0) return { content };
      content += textOfBytes(buffer.subarray(0, got));
    }
  } finally {
    await file.close();
  }
}

/** Gives the attributes of an entry, or of the directory itself, that a layer may carry. */
async function attributes(
  directory: Directory,
  name: Uint8Array | undefined,
): Promise<Pick<TreeEntry, 'xattrs'>> {
  const names = await attributeNames(directory, name);
  if (names.length === 0) return {};
  const xattrs: Record<string, ByteText> = {};
  let some = false;
  for (const attribute of [...names].sort()) {
    if (PRIVATE_PREFIXES.some((prefix) => attribute.startsWith(prefix))) continue;
    const value = await (name === undefined
      ? directory.fgetxattr(attribute)
      : directory.lgetxattrat(name, attribute));
    if (value.length === 0) continue;
    xattrs[attribute] = textOfBytes(value);
    some = true;
  }
  return some ? { xattrs } : {};
}

async function attributeNames(
  directory: Directory,
  name: Uint8Array | undefined,
): Promise<readonly string[]> {
  try {
    return await (name === undefined ? directory.flistxattr() : directory.llistxattrat(name));
  } catch (error) {
    if (isErrno(error, 'ENOTSUP', 'EOPNOTSUPP')) return [];
    throw error;
  }
}
