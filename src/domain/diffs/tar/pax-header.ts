import type { Timestamp } from '../../host/file-stat.js';
import { decodeByteText, encodeByteText } from './byte-text.js';
import { parseInt64 } from './decimal.js';
import { NO_RECORDS, TYPE, type TarHeader, ZERO_TIME } from './header.js';
import { parsePaxRecord } from './pax-record.js';
import { parsePaxTime } from './pax-time.js';
import type { DraftHeader } from './read-header.js';
import { invalidHeader, TarError } from './tar-error.js';

const COMMA = 0x2c;
const SLASH = 0x2f;
const SPARSE_MAP = 'GNU.sparse.map';
const SPARSE_OFFSET = 'GNU.sparse.offset';
const SPARSE_BYTES = 'GNU.sparse.numbytes';

/**
 * Reads the records of a PAX header; the last of equal keys counts. The map of sparse format 0.0,
 * which repeats its keys, is given as the one record that format 0.1 has.
 *
 * @param data - kept: the values are views of it.
 * @throws {@link TarError} `archive/tar: invalid tar header` when a record is malformed.
 * @source Go 1.13 archive/tar parsePAX
 * @internal
 */
export function parsePaxHeader(data: Uint8Array): Map<string, Uint8Array> {
  const records = new Map<string, Uint8Array>();
  const sparseMap: string[] = [];
  for (let at = 0; at < data.length;) {
    const record = parsePaxRecord(data, at);
    if (record === undefined) throw invalidHeader();
    at = record.end;
    if (record.key === SPARSE_OFFSET || record.key === SPARSE_BYTES) addToMap(sparseMap, record);
    else records.set(record.key, record.value);
  }
  if (sparseMap.length > 0) records.set(SPARSE_MAP, encodeByteText(sparseMap.join(',')));
  return records;
}

/**
 * What stands before an entry and tells about it; of several the last counts.
 *
 * @internal
 */
export interface Extensions {
  records?: ReadonlyMap<string, Uint8Array>;
  longName?: Uint8Array;
  longLink?: Uint8Array;
}

/** What Go leaves of a global header beside its name and records: nothing. */
const GLOBAL_HEADER: TarHeader = Object.freeze({
  typeflag: TYPE.PAX_GLOBAL,
  name: new Uint8Array(0),
  linkname: new Uint8Array(0),
  size: 0n,
  mode: 0n,
  uid: 0n,
  gid: 0n,
  uname: '',
  gname: '',
  mtime: ZERO_TIME,
  devmajor: 0n,
  devminor: 0n,
  paxRecords: NO_RECORDS,
});

/**
 * Lets what stood before an entry override its header, GNU's long names before PAX's, and tells
 * file from directory where the type does not.
 *
 * @throws {@link TarError} `archive/tar: invalid tar header` when a number or a time is malformed.
 * @source Go 1.13 archive/tar Reader.next, mergePAX
 * @internal
 */
export function mergeExtensions(header: DraftHeader, seen: Extensions): void {
  const { records, longName, longLink } = seen;
  if (records !== undefined) mergePaxRecords(header, records);
  if (longName !== undefined && longName.length > 0) header.name = longName;
  if (longLink !== undefined && longLink.length > 0) header.linkname = longLink;
  if (header.typeflag !== TYPE.REG_OLD) return;
  header.typeflag = header.name.at(-1) === SLASH ? TYPE.DIR : TYPE.REG;
}

/**
 * Gives a global PAX header as the entry that Go makes of it; it changes no other entry.
 *
 * @param data - kept: the values are views of it.
 * @throws {@link TarError} `archive/tar: invalid tar header` when a record is malformed.
 * @source Go 1.13 archive/tar Reader.next
 * @internal
 */
export function globalHeader(header: DraftHeader, data: Uint8Array): TarHeader {
  const records = parsePaxHeader(data);
  try {
    mergePaxRecords(header, records);
  } catch (error) {
    // QUIRK: a malformed number in a global header is passed over, and all its records are lost.
    if (!(error instanceof TarError)) throw error;
  }
  return { ...GLOBAL_HEADER, name: header.name, paxRecords: header.paxRecords };
}

/** Lets PAX records override a header's fields. Records with an empty value override nothing. */
function mergePaxRecords(header: DraftHeader, records: ReadonlyMap<string, Uint8Array>): void {
  for (const [key, value] of records) if (value.length > 0) mergeRecord(header, key, value);
  header.paxRecords = records;
}

function mergeRecord(header: DraftHeader, key: string, value: Uint8Array): void {
  switch (key) {
    case 'path':
      header.name = value;
      break;
    case 'linkpath':
      header.linkname = value;
      break;
    case 'uname':
    case 'gname':
      header[key] = decodeByteText(value);
      break;
    case 'uid':
    case 'gid':
    case 'size':
      header[key] = parsed(parseInt64(decodeByteText(value)));
      break;
    case 'mtime':
    case 'atime':
    case 'ctime':
      header[key] = parsed<Timestamp>(parsePaxTime(decodeByteText(value)));
      break;
    default:
  }
}

function parsed<T>(value: T | undefined): T {
  if (value === undefined) throw invalidHeader();
  return value;
}

/** Offsets and lengths take turns, an offset first. */
function addToMap(map: string[], { key, value }: { key: string; value: Uint8Array }): void {
  const expected = map.length % 2 === 0 ? SPARSE_OFFSET : SPARSE_BYTES;
  if (key !== expected || value.includes(COMMA)) throw invalidHeader();
  map.push(decodeByteText(value));
}
