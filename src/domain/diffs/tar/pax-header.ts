import type { Timestamp } from '../../host/file-stat.js';
import { concatBytes, encodeUtf8 } from '../../utf8.js';
import { decodeByteText } from './byte-text.js';
import { parseInt64 } from './decimal.js';
import { parsePaxRecord } from './pax-record.js';
import { parsePaxTime } from './pax-time.js';
import type { DraftHeader } from './read-header.js';
import { invalidHeader } from './tar-error.js';

const COMMA = 0x2c;
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
  const sparseMap: Uint8Array[] = [];
  for (let at = 0; at < data.length;) {
    const record = parsePaxRecord(data, at);
    if (record === undefined) throw invalidHeader();
    at = record.end;
    if (record.key === SPARSE_OFFSET || record.key === SPARSE_BYTES) addToMap(sparseMap, record);
    else records.set(record.key, record.value);
  }
  if (sparseMap.length > 0) records.set(SPARSE_MAP, joinWithCommas(sparseMap));
  return records;
}

/**
 * Lets PAX records override a header's fields. Records with an empty value override nothing.
 *
 * @throws {@link TarError} `archive/tar: invalid tar header` when a number or a time is malformed.
 * @source Go 1.13 archive/tar mergePAX
 * @internal
 */
export function mergePaxRecords(
  header: DraftHeader,
  records: ReadonlyMap<string, Uint8Array>,
): void {
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
function addToMap(map: Uint8Array[], { key, value }: { key: string; value: Uint8Array }): void {
  const expected = map.length % 2 === 0 ? SPARSE_OFFSET : SPARSE_BYTES;
  if (key !== expected || value.includes(COMMA)) throw invalidHeader();
  map.push(value);
}

function joinWithCommas(parts: readonly Uint8Array[]): Uint8Array {
  const comma = encodeUtf8(',');
  return concatBytes(...parts.flatMap((part, i) => (i === 0 ? [part] : [comma, part])));
}
