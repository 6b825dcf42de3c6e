import { type TarHeader, TYPE, XATTR_PREFIX } from '../../domain/diffs/tar/header.js';
import { encodeHeader, endOfArchive, paddingLength } from '../../domain/diffs/tar/write-header.js';
import { concatBytes } from '../../domain/utf8.js';
import { bytesOfText } from './byte-text.js';
import type { ArchiveEntry, Moment } from './operation.js';

const TYPE_FLAGS: Readonly<Record<ArchiveEntry['type'], number>> = {
  file: TYPE.REG,
  directory: TYPE.DIR,
  symlink: TYPE.SYMLINK,
  link: TYPE.LINK,
  fifo: TYPE.FIFO,
  character: TYPE.CHAR,
  block: TYPE.BLOCK,
  // Tar has no form for a socket; an unknown type is refused by every reader alike.
  socket: 0x73,
};

/** When an entry without a time of its own was last modified: 2019-09-24. */
const DEFAULT_MOMENT: Moment = [1_569_290_278, 0];

/**
 * Writes an archive. A directory's name gets the slash that tar gives it, and no other name may
 * end in one; all else is as told.
 *
 * @returns the whole archive, its end included.
 * @internal
 */
export function writeArchive(entries: readonly ArchiveEntry[]): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const entry of entries) {
    const content = bytesOfText(entry.type === 'file' ? (entry.content ?? '') : '');
    parts.push(encodeHeader(headerOf(entry, content.length)));
    if (content.length > 0) parts.push(content, new Uint8Array(paddingLength(content.length)));
  }
  parts.push(endOfArchive());
  return concatBytes(...parts);
}

/**
 * Gives bytes as a stream of one piece.
 *
 * @internal
 */
export async function* streamOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function headerOf(entry: ArchiveEntry, size: number): TarHeader {
  const [seconds, nanoseconds] = entry.mtime ?? DEFAULT_MOMENT;
  const name = entry.name.replace(/\/+$/, '');
  return {
    typeflag: TYPE_FLAGS[entry.type],
    name: bytesOfText(entry.type === 'directory' ? `${name}/` : name),
    linkname: bytesOfText(entry.target ?? ''),
    size: BigInt(size),
    mode: BigInt(entry.mode),
    uid: BigInt(entry.uid ?? 0),
    gid: BigInt(entry.gid ?? 0),
    uname: '',
    gname: '',
    mtime: { seconds: BigInt(seconds), nanoseconds },
    devmajor: BigInt(entry.major ?? 0),
    devminor: BigInt(entry.minor ?? 0),
    paxRecords: recordsOf(entry),
  };
}

function recordsOf({ xattrs = {} }: ArchiveEntry): ReadonlyMap<string, Uint8Array> {
  const rows = Object.entries(xattrs);
  return new Map(rows.map(([name, value]) => [XATTR_PREFIX + name, bytesOfText(value)]));
}
