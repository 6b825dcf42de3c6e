import { type TarHeader, TYPE, xattrsOf } from '../../domain/diffs/tar/header.js';
import { TarReader } from '../../domain/diffs/tar/tar-reader.js';
import type { ArchivedEntry, TreeEntry } from './answer.js';
import { textOfBytes } from './byte-text.js';
import type { ByteText } from './operation.js';

const PERMISSIONS = 0o7777n;

const TYPE_NAMES: ReadonlyMap<number, TreeEntry['type']> = new Map([
  [TYPE.REG, 'file'],
  [TYPE.LINK, 'file'],
  [TYPE.DIR, 'directory'],
  [TYPE.SYMLINK, 'symlink'],
  [TYPE.FIFO, 'fifo'],
  [TYPE.CHAR, 'character'],
  [TYPE.BLOCK, 'block'],
]);

/**
 * Reads an archive to its end.
 *
 * @returns its entries in its order. A hard link is a file with `link` and without `content`; a
 *   link name that an entry of another type carries is its `link` too.
 * @throws TarError, and what the stream throws.
 * @internal
 */
export async function readArchive(
  archive: AsyncIterable<Uint8Array>,
): Promise<readonly ArchivedEntry[]> {
  const reader = new TarReader(archive);
  const entries: ArchivedEntry[] = [];
  for (;;) {
    const header = await reader.next();
    if (header === undefined) break;
    entries.push(await readEntry(reader, header));
  }
  await reader.drain();
  return entries;
}

async function readEntry(reader: TarReader, header: TarHeader): Promise<ArchivedEntry> {
  const type = TYPE_NAMES.get(header.typeflag) ?? 'socket';
  const link = textOfBytes(header.linkname);
  const isDevice = type === 'character' || type === 'block';
  const xattrs = attributesOf(header);
  return {
    name: textOfBytes(header.name),
    type,
    mode: Number(header.mode & PERMISSIONS),
    uid: Number(header.uid),
    gid: Number(header.gid),
    mtime: [Number(header.mtime.seconds), header.mtime.nanoseconds],
    ...(header.typeflag === TYPE.REG ? { content: await readContent(reader) } : {}),
    ...(type === 'symlink' ? { target: link } : {}),
    ...(type !== 'symlink' && link !== '' ? { link } : {}),
    ...(isDevice ? { device: [Number(header.devmajor), Number(header.devminor)] as const } : {}),
    ...(xattrs === undefined ? {} : { xattrs }),
  };
}

async function readContent(reader: TarReader): Promise<ByteText> {
  let content = '';
  for (;;) {
    const bytes = await reader.read();
    if (bytes === undefined) return content;
    content += textOfBytes(bytes);
  }
}

function attributesOf(header: TarHeader): Readonly<Record<string, ByteText>> | undefined {
  const rows = xattrsOf(header);
  if (rows.length === 0) return undefined;
  const sorted = rows.sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([name, value]) => [name, textOfBytes(value)]));
}
