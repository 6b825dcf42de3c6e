import { decodeByteText } from '../../domain/diffs/tar/byte-text.js';
import { NO_RECORDS, type TarHeader, TYPE } from '../../domain/diffs/tar/header.js';
import { TarReader } from '../../domain/diffs/tar/tar-reader.js';
import { encodeHeader, endOfArchive, paddingLength } from '../../domain/diffs/tar/write-header.js';
import { encodeUtf8 } from '../../domain/utf8.js';

/** The moment of every entry that the golden session brings. */
const MOMENT = { seconds: 1_569_290_278n, nanoseconds: 0 };

/**
 * Makes the archive of a few files and directories.
 *
 * @param files - content by name; a name that ends in a slash is a directory.
 * @internal
 */
export async function* smallArchive(
  files: Readonly<Record<string, string>>,
): AsyncGenerator<Uint8Array> {
  for (const [name, text] of Object.entries(files)) {
    const content = encodeUtf8(text);
    yield encodeHeader(headerFor(name, content.length));
    yield content;
    yield new Uint8Array(paddingLength(content.length));
  }
  yield endOfArchive();
}

/**
 * Lists an archive: type flag, name, link name and size of each entry.
 *
 * @returns lines such as `0 d/y "" 2`, in the archive's order.
 * @internal
 */
export async function listArchive(archive: AsyncIterable<Uint8Array>): Promise<string[]> {
  const reader = new TarReader(archive);
  const lines: string[] = [];
  for (;;) {
    const header = await reader.next();
    if (header === undefined) break;
    const [name, linkname] = [decodeByteText(header.name), decodeByteText(header.linkname)];
    const type = String.fromCharCode(header.typeflag);
    lines.push(`${type} ${name} "${linkname}" ${header.size}`);
  }
  await reader.drain();
  return lines;
}

function headerFor(name: string, size: number): TarHeader {
  const isDirectory = name.endsWith('/');
  return {
    typeflag: isDirectory ? TYPE.DIR : TYPE.REG,
    name: encodeUtf8(name),
    linkname: new Uint8Array(0),
    size: BigInt(size),
    mode: isDirectory ? 0o755n : 0o644n,
    uid: 0n,
    gid: 0n,
    uname: '',
    gname: '',
    mtime: MOMENT,
    devmajor: 0n,
    devminor: 0n,
    paxRecords: NO_RECORDS,
  };
}
