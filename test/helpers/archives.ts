/** Archives for tests, written and read by tar-stream, which is not ours. */
import { Buffer } from 'node:buffer';
import { extract, type Header, pack } from 'tar-stream';

/** One entry to write: its header, where a plain file is assumed, and its content. */
export type NewEntry = Partial<Header> & { readonly name: string; readonly content?: string };

/** One entry that was read. */
export interface ReadEntry {
  readonly name: string;
  readonly type: string;
  readonly linkname: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly pax: Readonly<Record<string, string>>;
  readonly content: string;
}

/** Gives an archive as the driver takes it. */
export async function* archiveOf(...entries: readonly NewEntry[]): AsyncGenerator<Uint8Array> {
  const packer = pack();
  for (const { content = '', ...header } of entries) {
    packer.entry({ mtime: new Date(1_500_000_000_000), ...header }, content);
  }
  packer.finalize();
  for await (const chunk of packer) yield chunk as Uint8Array;
}

/** Reads a stream to its end. */
export async function collect(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  // A chunk may be a view that the next one overwrites.
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/** Reads the entries of an archive. */
export async function entriesOf(stream: AsyncIterable<Uint8Array>): Promise<readonly ReadEntry[]> {
  const bytes = await collect(stream);
  const found: ReadEntry[] = [];
  const extractor = extract();
  extractor.end(bytes);
  for await (const entry of extractor) {
    const { name, type, mode, uid, gid } = entry.header;
    const linkname = entry.header.linkname ?? '';
    const pax = (entry.header.pax ?? {}) as ReadEntry['pax'];
    const content = (await collect(entry as AsyncIterable<Uint8Array>)).toString('latin1');
    found.push({ name, type, linkname, mode, uid, gid, pax, content });
  }
  return found;
}

/** Reads the names of an archive's entries. */
export async function namesOf(stream: AsyncIterable<Uint8Array>): Promise<readonly string[]> {
  return (await entriesOf(stream)).map(({ name }) => name);
}
