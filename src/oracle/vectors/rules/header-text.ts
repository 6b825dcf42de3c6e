import { z } from 'zod';
import { decodeByteText, encodeByteText } from '../../../domain/diffs/tar/byte-text.js';
import { type TarHeader, TYPE } from '../../../domain/diffs/tar/header.js';
import type { Timestamp } from '../../../domain/host/file-stat.js';
import { compareBytes } from '../../../domain/utf8.js';
import { bytesOf, fromBase64, toBase64 } from './alphabet.js';

const MOMENT = z.strictObject({ seconds: z.string(), nanoseconds: z.int() });

/** A tar header as a vector tells it: names and records in base64, 64-bit numbers as decimals. */
export const HEADER = z.strictObject({
  typeflag: z.int(),
  name: z.string(),
  linkname: z.string(),
  size: z.string(),
  mode: z.string(),
  uid: z.string(),
  gid: z.string(),
  uname: z.string(),
  gname: z.string(),
  mtime: MOMENT,
  atime: MOMENT.optional(),
  ctime: MOMENT.optional(),
  devmajor: z.string(),
  devminor: z.string(),
  records: z.array(z.array(z.string())),
});

/** One of those. */
export type HeaderText = z.infer<typeof HEADER>;

/** A file with everything that ustar can say. */
export const PLAIN_HEADER: HeaderText = {
  typeflag: TYPE.REG,
  name: toBase64(bytesOf('d/f')),
  linkname: '',
  size: '3',
  mode: '420',
  uid: '0',
  gid: '0',
  uname: toBase64(bytesOf('root')),
  gname: toBase64(bytesOf('root')),
  mtime: { seconds: '1569300000', nanoseconds: 0 },
  devmajor: '0',
  devminor: '0',
  records: [],
};

/**
 * Gives the header that a vector tells.
 *
 * @internal
 */
export function headerOf(text: HeaderText): TarHeader {
  const { atime, ctime } = text;
  return {
    typeflag: text.typeflag,
    name: fromBase64(text.name),
    linkname: fromBase64(text.linkname),
    size: BigInt(text.size),
    mode: BigInt(text.mode),
    uid: BigInt(text.uid),
    gid: BigInt(text.gid),
    uname: decodeByteText(fromBase64(text.uname)),
    gname: decodeByteText(fromBase64(text.gname)),
    mtime: timeOf(text.mtime),
    ...(atime === undefined ? {} : { atime: timeOf(atime) }),
    ...(ctime === undefined ? {} : { ctime: timeOf(ctime) }),
    devmajor: BigInt(text.devmajor),
    devminor: BigInt(text.devminor),
    paxRecords: new Map(
      text.records.map(([key = '', value = '']) => [
        decodeByteText(fromBase64(key)),
        fromBase64(value),
      ]),
    ),
  };
}

/**
 * Tells a header as vectors do.
 *
 * @internal
 */
export function tellHeader(header: TarHeader): HeaderText {
  const { atime, ctime } = header;
  return {
    typeflag: header.typeflag,
    name: toBase64(header.name),
    linkname: toBase64(header.linkname),
    size: header.size.toString(),
    mode: header.mode.toString(),
    uid: header.uid.toString(),
    gid: header.gid.toString(),
    uname: toBase64(encodeByteText(header.uname)),
    gname: toBase64(encodeByteText(header.gname)),
    mtime: tellTime(header.mtime),
    ...(atime === undefined ? {} : { atime: tellTime(atime) }),
    ...(ctime === undefined ? {} : { ctime: tellTime(ctime) }),
    devmajor: header.devmajor.toString(),
    devminor: header.devminor.toString(),
    records: tellRecords(header.paxRecords),
  };
}

function tellRecords(records: ReadonlyMap<string, Uint8Array>): string[][] {
  return [...records]
    .map(([key, value]) => ({ key: encodeByteText(key), value }))
    .sort((a, b) => compareBytes(a.key, b.key))
    .map(({ key, value }) => [toBase64(key), toBase64(value)]);
}

function timeOf({ seconds, nanoseconds }: HeaderText['mtime']): Timestamp {
  return { seconds: BigInt(seconds), nanoseconds };
}

function tellTime({ seconds, nanoseconds }: Timestamp): HeaderText['mtime'] {
  return { seconds: seconds.toString(), nanoseconds };
}
