/** The listing of a tree that scenarios compare: one line an entry, parents first. */
import { createHash } from 'node:crypto';
import type { Buffer } from 'node:buffer';
import { isErrno } from '../../src/domain/errors.js';
import type { FileStat } from '../../src/domain/host/file-stat.js';
import { FILE_TYPE } from '../../src/domain/host/file-type.js';
import type { FileSystem } from '../../src/ports/file-system.js';
import { atPlace, readAt, sortedNames, type Place } from './scenario-files.js';
import { showBytes } from './scenario-text.js';

/** Longer contents are shown as a digest. */
const CONTENT_MAX_BYTES = 4096;
/** Attributes whose values the kernel draws at random or takes from inode numbers. */
const KERNELS_OWN = new Set(['trusted.overlay.uuid', 'trusted.overlay.origin']);
const KINDS: Readonly<Record<number, string>> = {
  [FILE_TYPE.DIRECTORY]: 'dir',
  [FILE_TYPE.REGULAR]: 'reg',
  [FILE_TYPE.SYMLINK]: 'lnk',
  [FILE_TYPE.CHARACTER]: 'chr',
  [FILE_TYPE.BLOCK]: 'blk',
  [FILE_TYPE.FIFO]: 'fifo',
  [FILE_TYPE.SOCKET]: 'sock',
};

interface Listing {
  readonly lines: string[];
  /** By device and inode, the path under which it was met first. */
  readonly seen: Map<string, string>;
}

/**
 * Lists a tree: type, mode, owner, link count when above one, path, and what the type has
 * (content, target, device), the first other name of the same inode, and extended attributes.
 * Times and inode numbers are left out, directories' link counts too.
 */
export async function dumpTree(
  files: FileSystem,
  path: Buffer,
  shown: string,
): Promise<readonly string[]> {
  const listing: Listing = { lines: [], seen: new Map() };
  await atPlace(files, path, (place) => dumpEntry(listing, place, shown));
  return listing.lines;
}

async function dumpEntry(listing: Listing, place: Place, shown: string): Promise<void> {
  const stat = await place.parent.lstatat(place.name);
  const kind = stat.mode & FILE_TYPE.MASK;
  const permissions = (stat.mode & 0o7777).toString(8).padStart(4, '0');
  const links = kind !== FILE_TYPE.DIRECTORY && stat.nlink > 1 ? ` n=${stat.nlink}` : '';
  const head = `${KINDS[kind]} ${permissions} ${stat.uid}:${stat.gid}${links} ${shown}`;
  const about = await describeContent(place, stat);
  const attributes = await describeAttributes(place);
  listing.lines.push(head + about + sameAs(listing, stat, links !== '', shown) + attributes);
  if (kind !== FILE_TYPE.DIRECTORY) return;
  const directory = await place.parent.opendirat(place.name);
  try {
    for (const name of await sortedNames(directory)) {
      const below = showBytes(name);
      const path = shown === '.' ? below : `${shown}/${below}`;
      await dumpEntry(listing, { parent: directory, name }, path);
    }
  } finally {
    await directory.close();
  }
}

function sameAs(listing: Listing, stat: FileStat, linked: boolean, shown: string): string {
  if (!linked) return '';
  const inode = `${stat.dev} ${stat.ino}`;
  const first = listing.seen.get(inode);
  if (first !== undefined) return ` same as ${first}`;
  listing.seen.set(inode, shown);
  return '';
}

async function describeContent(place: Place, stat: FileStat): Promise<string> {
  switch (stat.mode & FILE_TYPE.MASK) {
    case FILE_TYPE.REGULAR: {
      const content = await readAt(place);
      if (content.length <= CONTENT_MAX_BYTES) return ` = ${showBytes(content)}`;
      const digest = createHash('sha256').update(content).digest('hex');
      return ` = sha256:${digest} of ${content.length} bytes`;
    }
    case FILE_TYPE.SYMLINK:
      return ` -> ${showBytes(await place.parent.readlinkat(place.name))}`;
    case FILE_TYPE.CHARACTER:
    case FILE_TYPE.BLOCK:
      return ` dev ${stat.rdevMajor}:${stat.rdevMinor}`;
    default:
      return '';
  }
}

async function describeAttributes({ parent, name }: Place): Promise<string> {
  let names: readonly string[];
  try {
    names = await parent.llistxattrat(name);
  } catch (error) {
    if (isErrno(error, 'EOPNOTSUPP', 'ENOTSUP')) return '';
    throw error;
  }
  if (names.length === 0) return '';
  const shown: string[] = [];
  for (const attribute of names) {
    const value = KERNELS_OWN.has(attribute)
      ? '*'
      : showBytes(await parent.lgetxattrat(name, attribute));
    shown.push(`${attribute}=${value}`);
  }
  return ` {${shown.sort().join(', ')}}`;
}
