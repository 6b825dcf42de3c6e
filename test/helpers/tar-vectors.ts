/** What Go's archive/tar wrote and read, recorded by peers/tar-vectors, and our answers to it. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { decodeByteText, encodeByteText } from '../../src/domain/diffs/tar/byte-text.js';
import {
  isZeroTime,
  type TarHeader,
  xattrsOf,
  ZERO_TIME,
} from '../../src/domain/diffs/tar/header.js';
import { TarReader } from '../../src/domain/diffs/tar/tar-reader.js';
import type { Timestamp } from '../../src/domain/host/file-stat.js';
import { compareBytes } from '../../src/domain/utf8.js';

type Pair = readonly [keyBase64: string, valueBase64: string];
type Moment = readonly [seconds: string, nanoseconds: string];

/** A header as JSON: bytes in base64, 64-bit numbers as decimals, what is empty or 0 left out. */
export interface VectorHeader {
  readonly typeflag: number;
  readonly name?: string | undefined;
  readonly linkname?: string | undefined;
  readonly size?: string | undefined;
  readonly mode?: string | undefined;
  readonly uid?: string | undefined;
  readonly gid?: string | undefined;
  readonly uname?: string | undefined;
  readonly gname?: string | undefined;
  readonly mtime?: Moment | undefined;
  readonly atime?: Moment | undefined;
  readonly ctime?: Moment | undefined;
  readonly devmajor?: string | undefined;
  readonly devminor?: string | undefined;
  readonly records?: readonly Pair[] | undefined;
  readonly xattrs?: readonly Pair[] | undefined;
}

/** One entry of an archive; `data` is the start of its data's SHA-256. */
export interface VectorEntry {
  readonly header: VectorHeader;
  readonly data?: string | undefined;
  readonly length?: number | undefined;
  readonly unread?: true | undefined;
  readonly error?: string | undefined;
}

/** All that an archive gives: read whole, and with nothing but its headers read. */
export interface VectorOutcome {
  readonly entries: readonly VectorEntry[];
  readonly error?: string | undefined;
  readonly skipping: { readonly entries: number; readonly error?: string | undefined };
}

/** A header and what Go's writer made of it. */
export interface WriteVector {
  readonly header: VectorHeader;
  readonly bytes?: string;
  readonly error?: string;
}

/** An archive and what Go's reader made of it. */
export interface ReadVector {
  readonly archive: string;
  readonly outcome: VectorOutcome;
}

/** An archive, and which outcome holds from which length on. */
export interface CutVector {
  readonly archive: string;
  readonly outcomes: readonly VectorOutcome[];
  readonly from: readonly (readonly [length: number, outcome: number])[];
}

interface Vectors {
  readonly write: WriteVector;
  readonly read: ReadVector;
  readonly cuts: CutVector;
  readonly limits: ReadVector;
}

/** Files that claim more are not read by the vectors: they may be holes. */
const READ_MAX = 1n << 21n;

/** Gives the recorded cases of one kind. */
export function tarVectors<K extends keyof Vectors>(kind: K): readonly Vectors[K][] {
  const file = new URL(`../fixtures/tar/${kind}.json.gz`, import.meta.url);
  const text = gunzipSync(readFileSync(file)).toString('utf8');
  return (JSON.parse(text) as { cases: Vectors[K][] }).cases;
}

/** Gives a header that a vector describes. */
export function headerOf(vector: VectorHeader): TarHeader {
  return {
    typeflag: vector.typeflag,
    name: bytesOf(vector.name),
    linkname: bytesOf(vector.linkname),
    size: BigInt(vector.size ?? 0),
    mode: BigInt(vector.mode ?? 0),
    uid: BigInt(vector.uid ?? 0),
    gid: BigInt(vector.gid ?? 0),
    uname: decodeByteText(bytesOf(vector.uname)),
    gname: decodeByteText(bytesOf(vector.gname)),
    mtime: vector.mtime === undefined ? ZERO_TIME : timeOf(vector.mtime),
    ...(vector.atime === undefined ? {} : { atime: timeOf(vector.atime) }),
    ...(vector.ctime === undefined ? {} : { ctime: timeOf(vector.ctime) }),
    devmajor: BigInt(vector.devmajor ?? 0),
    devminor: BigInt(vector.devminor ?? 0),
    paxRecords: new Map(
      (vector.records ?? []).map(([key, value]) => [decodeByteText(bytesOf(key)), bytesOf(value)]),
    ),
  };
}

/** Describes a header as the vectors do. */
function describeHeader(header: TarHeader): VectorHeader {
  return {
    typeflag: header.typeflag,
    name: base64(header.name),
    linkname: base64(header.linkname),
    size: decimal(header.size),
    mode: decimal(header.mode),
    uid: decimal(header.uid),
    gid: decimal(header.gid),
    uname: base64(encodeByteText(header.uname)),
    gname: base64(encodeByteText(header.gname)),
    mtime: moment(header.mtime),
    atime: moment(header.atime),
    ctime: moment(header.ctime),
    devmajor: decimal(header.devmajor),
    devminor: decimal(header.devminor),
    records: sortedPairs(header.paxRecords),
    xattrs: sortedPairs(xattrsOf(header)),
  };
}

/** Reads an archive in chunks of a size, and describes all that it gives. */
export async function readOutcome(archive: Uint8Array, chunkBytes: number): Promise<VectorOutcome> {
  const reader = new TarReader(chunksOf(archive, chunkBytes));
  const entries: VectorEntry[] = [];
  const error = await errorOf(async () => {
    for (let header = await reader.next(); header; header = await reader.next()) {
      entries.push(await readEntry(reader, header));
    }
  });
  return { entries, error, skipping: await skipOutcome(archive, chunkBytes) };
}

/** Gives bytes in chunks; each chunk is overwritten when the next is asked for, as files do. */
export async function* chunksOf(bytes: Uint8Array, chunkBytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    const chunk = bytes.slice(at, at + chunkBytes);
    yield chunk;
    chunk.fill(0xa5);
  }
}

/** Gives the bytes of a base64 text. */
export function bytesOf(base64Text: string | undefined): Uint8Array {
  return new Uint8Array(Buffer.from(base64Text ?? '', 'base64'));
}

/** Gives the message of what a call throws, undefined when it does not. */
export async function errorOf(call: () => unknown): Promise<string | undefined> {
  try {
    await call();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

async function readEntry(reader: TarReader, tarHeader: TarHeader): Promise<VectorEntry> {
  const header = describeHeader(tarHeader);
  if (tarHeader.size > READ_MAX) return { header, unread: true };
  const hash = createHash('sha256');
  let length = 0;
  const error = await errorOf(async () => {
    for (let data = await reader.read(); data; data = await reader.read()) {
      hash.update(data);
      length += data.length;
    }
  });
  if (length === 0) return { header, error };
  return { header, data: hash.digest('hex').slice(0, 16), length, error };
}

async function skipOutcome(
  archive: Uint8Array,
  chunkBytes: number,
): Promise<VectorOutcome['skipping']> {
  const reader = new TarReader(chunksOf(archive, chunkBytes));
  let entries = 0;
  const error = await errorOf(async () => {
    while (await reader.next()) entries += 1;
  });
  return { entries, error };
}

function timeOf([seconds, nanoseconds]: Moment): Timestamp {
  return { seconds: BigInt(seconds), nanoseconds: Number(nanoseconds) };
}

function moment(time: Timestamp | undefined): Moment | undefined {
  if (time === undefined || isZeroTime(time)) return undefined;
  return [time.seconds.toString(), time.nanoseconds.toString()];
}

function decimal(value: bigint): string | undefined {
  return value === 0n ? undefined : value.toString();
}

function base64(bytes: Uint8Array): string | undefined {
  return bytes.length === 0 ? undefined : Buffer.from(bytes).toString('base64');
}

function sortedPairs(pairs: Iterable<readonly [string, Uint8Array]>): Pair[] | undefined {
  const sorted = [...pairs]
    .map(([key, value]) => ({ key: encodeByteText(key), value }))
    .sort((a, b) => compareBytes(a.key, b.key))
    .map(({ key, value }): Pair => [base64(key) ?? '', base64(value) ?? '']);
  return sorted.length === 0 ? undefined : sorted;
}
