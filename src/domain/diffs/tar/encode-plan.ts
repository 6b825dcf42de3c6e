import { goQuote } from '../../go/quote.js';
import type { Timestamp } from '../../host/file-stat.js';
import { concatBytes, encodeUtf8, equalBytes } from '../../utf8.js';
import { FIELD } from './block.js';
import { encodeByteText, splitUtf8 } from './byte-text.js';
import { isHeaderOnlyType, isZeroTime, TYPE, type TarHeader } from './header.js';
import { fitsInOctal } from './numeric.js';
import { isValidPaxRecord } from './pax-record.js';
import { formatPaxTime } from './pax-time.js';
import { cannotEncode } from './tar-error.js';
import { splitUstarName } from './ustar-name.js';
import { isAscii } from './write-block.js';

/**
 * How a header is to be written: plain ustar, or with these PAX records before it.
 *
 * @internal
 */
export interface EncodePlan {
  readonly format: 'ustar' | 'pax';
  readonly records: ReadonlyMap<string, Uint8Array>;
}

/** A plan in the making. */
interface Draft {
  readonly header: TarHeader;
  readonly records: Map<string, Uint8Array>;
  ustar: boolean;
  /** Why PAX cannot say it, either; the last reason found counts. */
  whyNoPax: string;
}

const SLASH = 0x2f;
const GNU_SPARSE_PREFIX = 'GNU.sparse.';
const BASIC_KEYS: ReadonlySet<string> = new Set([
  'path',
  'linkpath',
  'size',
  'uid',
  'gid',
  'uname',
  'gname',
  'mtime',
  'atime',
  'ctime',
]);

/**
 * Decides whether ustar can say everything a header says, and else which PAX records it needs.
 *
 * @throws {@link TarError} with Go's text when not even PAX can.
 * @source Go 1.13 archive/tar Header.allowedFormats
 * @internal
 */
export function encodePlan(header: TarHeader): EncodePlan {
  const draft: Draft = { header, records: new Map(), ustar: true, whyNoPax: '' };
  planStrings(draft);
  planNumbers(draft);
  planTime(draft, 'mtime', header.mtime);
  planTime(draft, 'atime', header.atime);
  planTime(draft, 'ctime', header.ctime);
  refuseTypes(draft);
  planOwnRecords(draft);
  refuseRecords(draft.records);
  if (draft.whyNoPax !== '') throw cannotEncode('Format specifies PAX', draft.whyNoPax);
  return { format: draft.ustar ? 'ustar' : 'pax', records: draft.records };
}

function planStrings(draft: Draft): void {
  const { name, linkname, uname, gname } = draft.header;
  const splittable = splitUstarName(name) !== undefined;
  planString(draft, 'path', name, FIELD.NAME[1], splittable);
  planString(draft, 'linkpath', linkname, FIELD.LINKNAME[1], false);
  planString(draft, 'uname', encodeByteText(uname), FIELD.UNAME[1], false);
  planString(draft, 'gname', encodeByteText(gname), FIELD.GNAME[1], false);
}

function planString(
  draft: Draft,
  key: string,
  value: Uint8Array,
  fieldBytes: number,
  splittable: boolean,
): void {
  if (value.length > fieldBytes || !isAscii(value)) {
    draft.ustar &&= splittable;
    draft.records.set(key, value);
  }
  keepEqualRecord(draft, key, value);
}

function planNumbers(draft: Draft): void {
  const { mode, uid, gid, size, devmajor, devminor } = draft.header;
  planNumber(draft, 'Mode', '', mode, FIELD.MODE[1]);
  planNumber(draft, 'Uid', 'uid', uid, FIELD.UID[1]);
  planNumber(draft, 'Gid', 'gid', gid, FIELD.GID[1]);
  planNumber(draft, 'Size', 'size', size, FIELD.SIZE[1]);
  planNumber(draft, 'Devmajor', '', devmajor, FIELD.DEVMAJOR[1]);
  planNumber(draft, 'Devminor', '', devminor, FIELD.DEVMINOR[1]);
}

/** Plans one number; an empty key means that PAX has no record for it. */
function planNumber(draft: Draft, field: string, key: string, value: bigint, bytes: number): void {
  if (!fitsInOctal(bytes, value)) {
    draft.ustar = false;
    if (key === '') draft.whyNoPax = `PAX cannot encode ${field}=${value}`;
    else draft.records.set(key, encodeUtf8(value.toString()));
  }
  keepEqualRecord(draft, key, value.toString());
}

function planTime(draft: Draft, key: 'mtime' | 'atime' | 'ctime', time?: Timestamp): void {
  if (time === undefined || isZeroTime(time)) return;
  const fits = fitsInOctal(FIELD.MTIME[1], time.seconds) && time.nanoseconds === 0;
  if (key !== 'mtime' || !fits) {
    draft.ustar = false;
    draft.records.set(key, encodeUtf8(formatPaxTime(time)));
  }
  keepEqualRecord(draft, key, formatPaxTime(time));
}

/** A record of the caller's for a field of the header counts when it says the same. */
function keepEqualRecord(draft: Draft, key: string, value: Uint8Array | string): void {
  const own = draft.header.paxRecords.get(key);
  if (own === undefined) return;
  const bytes = typeof value === 'string' ? encodeUtf8(value) : value;
  if (equalBytes(own, bytes)) draft.records.set(key, bytes);
}

function refuseTypes({ header }: Draft): void {
  switch (header.typeflag) {
    case TYPE.REG:
    case TYPE.CHAR:
    case TYPE.BLOCK:
    case TYPE.FIFO:
    case TYPE.GNU_SPARSE:
      if (header.name.at(-1) === SLASH) throw cannotEncode('filename may not have trailing slash');
      break;
    case TYPE.PAX:
    case TYPE.GNU_LONG_NAME:
    case TYPE.GNU_LONG_LINK:
      throw cannotEncode(
        'cannot manually encode TypeXHeader, TypeGNULongName, or TypeGNULongLink headers',
      );
    case TYPE.PAX_GLOBAL:
      if (!hasOnlyRecords(header)) {
        throw cannotEncode('only PAXRecords should be set for TypeXGlobalHeader');
      }
      break;
    default:
  }
  // QUIRK: the text says "header-only type" and means the others.
  if (!isHeaderOnlyType(header.typeflag) && header.size < 0n) {
    throw cannotEncode('negative size on header-only type');
  }
}

function hasOnlyRecords(header: TarHeader): boolean {
  const { linkname, size, mode, uid, gid, uname, gname, devmajor, devminor } = header;
  const numbers = [size, mode, uid, gid, devmajor, devminor];
  const texts = [linkname, uname, gname];
  const times = [header.mtime, header.atime, header.ctime];
  return (
    numbers.every((number) => number === 0n) &&
    texts.every((text) => text.length === 0) &&
    times.every((time) => time === undefined || isZeroTime(time))
  );
}

function planOwnRecords(draft: Draft): void {
  const isGlobal = draft.header.typeflag === TYPE.PAX_GLOBAL;
  if (isGlobal || draft.header.paxRecords.size > 0) draft.ustar = false;
  for (const [key, value] of draft.header.paxRecords) {
    // Records that could contradict the header's own fields are left out without a word.
    const conflicts = BASIC_KEYS.has(key) || key.startsWith(GNU_SPARSE_PREFIX);
    if (draft.records.has(key) || (conflicts && !isGlobal)) continue;
    draft.records.set(key, value);
  }
}

function refuseRecords(records: ReadonlyMap<string, Uint8Array>): void {
  for (const [key, value] of records) {
    if (isValidPaxRecord(key, value)) continue;
    const shown = concatBytes(encodeByteText(key), encodeUtf8(' = '), value);
    throw cannotEncode(`invalid PAX record: ${quoteBytes(shown)}`);
  }
}

/** Quotes as Go's `%q`, which shows a byte that is not UTF-8 by its number. */
function quoteBytes(bytes: Uint8Array): string {
  let quoted = '';
  for (const part of splitUtf8(bytes)) {
    quoted += typeof part === 'number' ? `\\x${part.toString(16)}` : goQuote(part).slice(1, -1);
  }
  return `"${quoted}"`;
}
