import type { Timestamp } from '../../host/file-stat.js';
import { checksumOf, FIELD, type Field, signedChecksumOf } from './block.js';
import { decodeByteText } from './byte-text.js';
import { NO_RECORDS, type TarHeader } from './header.js';
import { parseNumeric, parseOctal } from './numeric.js';
import { invalidHeader } from './tar-error.js';

/**
 * The layouts of a header block that can be told apart; PAX headers have the ustar layout.
 *
 * @internal
 */
export type BlockFormat = 'v7' | 'ustar' | 'star' | 'gnu';

/**
 * A header while its extensions are being merged in.
 *
 * @internal
 */
export type DraftHeader = { -readonly [K in keyof TarHeader]: TarHeader[K] };

const NUL = 0x00;
const SLASH = 0x2f;
const NO_BYTES = new Uint8Array(0);
const MAGIC_USTAR = 'ustar\0';
const MAGIC_GNU = 'ustar  \0';
const TRAILER_STAR = 'tar\0';

/**
 * Tells a block's layout from its magic, once its checksum has been found right.
 *
 * @returns the layout, or undefined when the checksum is wrong or is no number.
 * @source Go 1.13 archive/tar block.GetFormat
 * @internal
 */
export function formatOfBlock(block: Uint8Array): BlockFormat | undefined {
  const stored = parseOctal(block, FIELD.CHECKSUM);
  if (stored === undefined) return undefined;
  if (stored !== checksumOf(block) && stored !== signedChecksumOf(block)) return undefined;
  const [magic] = FIELD.MAGIC;
  if (hasText(block, magic, MAGIC_USTAR)) {
    return hasText(block, FIELD.STAR_TRAILER[0], TRAILER_STAR) ? 'star' : 'ustar';
  }
  return hasText(block, magic, MAGIC_GNU) ? 'gnu' : 'v7';
}

/**
 * Reads one header block, which is not all zero. Names are copied out of the block.
 *
 * @throws {@link TarError} `archive/tar: invalid tar header` when the checksum is wrong or a number
 * is malformed.
 * @source Go 1.13 archive/tar Reader.readHeader
 * @internal
 */
export function readHeaderBlock(block: Uint8Array): DraftHeader {
  const format = formatOfBlock(block);
  if (format === undefined) throw invalidHeader();
  const header: DraftHeader = {
    typeflag: block[FIELD.TYPEFLAG[0]] as number,
    name: copyOf(block, FIELD.NAME),
    linkname: block[FIELD.LINKNAME[0]] === NUL ? NO_BYTES : copyOf(block, FIELD.LINKNAME),
    size: numberField(block, FIELD.SIZE),
    mode: numberField(block, FIELD.MODE),
    uid: numberField(block, FIELD.UID),
    gid: numberField(block, FIELD.GID),
    uname: '',
    gname: '',
    mtime: timeField(block, FIELD.MTIME),
    devmajor: 0n,
    devminor: 0n,
    paxRecords: NO_RECORDS,
  };
  if (format === 'v7') return header;
  header.uname = decodeByteText(stringField(block, FIELD.UNAME));
  header.gname = decodeByteText(stringField(block, FIELD.GNAME));
  header.devmajor = numberField(block, FIELD.DEVMAJOR);
  header.devminor = numberField(block, FIELD.DEVMINOR);
  addPrefix(header, readFormatFields(header, block, format));
  return header;
}

/** Reads the fields that each format lays out differently and gives the name's prefix. */
function readFormatFields(
  header: DraftHeader,
  block: Uint8Array,
  format: Exclude<BlockFormat, 'v7'>,
): Uint8Array {
  switch (format) {
    case 'ustar':
      return stringField(block, FIELD.USTAR_PREFIX);
    case 'star':
      header.atime = timeField(block, FIELD.STAR_ATIME);
      header.ctime = timeField(block, FIELD.STAR_CTIME);
      return stringField(block, FIELD.STAR_PREFIX);
    case 'gnu':
      return readGnuTimes(header, block);
  }
}

/**
 * QUIRK: GNU headers have times where ustar has its prefix, but Go before 1.8 wrote a prefix there
 * all the same. So times that do not parse are an ASCII prefix and no error.
 */
function readGnuTimes(header: DraftHeader, block: Uint8Array): Uint8Array {
  const atime = gnuSeconds(block, FIELD.GNU_ATIME);
  const ctime = gnuSeconds(block, FIELD.GNU_CTIME);
  if (atime === 'malformed' || ctime === 'malformed') {
    const prefix = stringField(block, FIELD.USTAR_PREFIX);
    return prefix.every((byte) => byte < 0x80) ? prefix : NO_BYTES;
  }
  if (atime !== 'unset') header.atime = atSecond(atime);
  if (ctime !== 'unset') header.ctime = atSecond(ctime);
  return NO_BYTES;
}

function gnuSeconds(block: Uint8Array, field: Field): bigint | 'unset' | 'malformed' {
  if (block[field[0]] === NUL) return 'unset';
  return parseNumeric(block, field) ?? 'malformed';
}

function addPrefix(header: DraftHeader, prefix: Uint8Array): void {
  if (prefix.length === 0) return;
  const name = new Uint8Array(prefix.length + 1 + header.name.length);
  name.set(prefix, 0);
  name[prefix.length] = SLASH;
  name.set(header.name, prefix.length + 1);
  header.name = name;
}

/** The field's bytes up to its first NUL, or all of them. */
function stringField(block: Uint8Array, field: Field): Uint8Array {
  const [offset, length] = field;
  let end = offset;
  while (end < offset + length && block[end] !== NUL) end++;
  return block.subarray(offset, end);
}

function copyOf(block: Uint8Array, field: Field): Uint8Array {
  return stringField(block, field).slice();
}

function numberField(block: Uint8Array, field: Field): bigint {
  const value = parseNumeric(block, field);
  if (value === undefined) throw invalidHeader();
  return value;
}

function timeField(block: Uint8Array, field: Field): Timestamp {
  return atSecond(numberField(block, field));
}

function atSecond(seconds: bigint): Timestamp {
  return { seconds, nanoseconds: 0 };
}

function hasText(block: Uint8Array, offset: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    if (block[offset + i] !== text.charCodeAt(i)) return false;
  }
  return true;
}
