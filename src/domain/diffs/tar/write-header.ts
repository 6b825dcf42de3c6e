import { goClean } from '../../go/path.js';
import { compareBytes, concatBytes } from '../../utf8.js';
import { BLOCK_BYTES, paddingLength, SPECIAL_BYTES_MAX } from './block.js';
import { encodeByteText } from './byte-text.js';
import { encodePlan } from './encode-plan.js';
import { TYPE, type TarHeader } from './header.js';
import { formatPaxRecord } from './pax-record.js';
import { fieldTooLong } from './tar-error.js';
import { splitUstarName } from './ustar-name.js';
import { NO_NUMBERS, NO_STRINGS, toAscii, writeBlock } from './write-block.js';

export { paddingLength } from './block.js';

const SLASH = 0x2f;
const NAME_BYTES = 100;
const GLOBAL_NAME = 'GlobalHead.0.0';
const PAX_DIRECTORY = 'PaxHeaders.0';

/**
 * Gives the two zero blocks at the end of an archive.
 *
 * @source Go 1.13 archive/tar Writer.Close
 * @public
 * @since 0.1.0
 */
export function endOfArchive(): Uint8Array {
  return new Uint8Array(2 * BLOCK_BYTES);
}

/**
 * Gives the header blocks of an entry as Go's writer lays them out when PAX is asked for: plain
 * ustar where ustar can say everything, else a PAX header (itself a file with a header) and the
 * entry's own header, in which what did not fit is cut short or 0.
 *
 * @param header - `atime`, `ctime` and nanoseconds are written; moby takes them out before.
 * @returns whole blocks of 512 bytes; the data and its {@link paddingLength} follow.
 * @throws {@link TarError} with Go's text when the header cannot be encoded:
 * `archive/tar: cannot encode header: …`, or `archive/tar: header field too long` for more than
 * {@link SPECIAL_BYTES_MAX} bytes of PAX records.
 * @source Go 1.13 archive/tar Writer.WriteHeader
 * @public
 * @since 0.1.0
 */
export function encodeHeader(header: TarHeader): Uint8Array {
  const promoted = promoteOldType(header);
  const plan = encodePlan(promoted);
  if (plan.format === 'ustar') return ustarHeader(promoted);
  if (promoted.typeflag === TYPE.PAX_GLOBAL) return globalHeader(promoted, plan.records);
  const main = mainHeader(promoted);
  if (plan.records.size === 0) return main;
  return concatBytes(extendedHeader(paxName(promoted.name), TYPE.PAX, plan.records), main);
}

function promoteOldType(header: TarHeader): TarHeader {
  if (header.typeflag !== TYPE.REG_OLD) return header;
  const isDirectory = header.name.at(-1) === SLASH;
  return { ...header, typeflag: isDirectory ? TYPE.DIR : TYPE.REG };
}

function ustarHeader(header: TarHeader): Uint8Array {
  const { prefix, suffix } = splitUstarName(header.name) ?? {
    prefix: NO_STRINGS.prefix,
    suffix: header.name,
  };
  return writeBlock(header, {
    name: suffix,
    linkname: header.linkname,
    uname: encodeByteText(header.uname),
    gname: encodeByteText(header.gname),
    prefix,
  });
}

/** The entry's own header behind a PAX header: whatever is not ASCII is left out of its names. */
function mainHeader(header: TarHeader): Uint8Array {
  return writeBlock(header, {
    name: toAscii(header.name),
    linkname: toAscii(header.linkname),
    uname: toAscii(encodeByteText(header.uname)),
    gname: toAscii(encodeByteText(header.gname)),
    prefix: NO_STRINGS.prefix,
  });
}

function globalHeader(header: TarHeader, records: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const name = header.name.length === 0 ? encodeByteText(GLOBAL_NAME) : header.name;
  return extendedHeader(name, TYPE.PAX_GLOBAL, records);
}

function extendedHeader(
  name: Uint8Array,
  typeflag: number,
  records: ReadonlyMap<string, Uint8Array>,
): Uint8Array {
  const sorted = sortedRecords(records);
  const size = sorted.reduce((sum, record) => sum + record.length, 0);
  if (size > SPECIAL_BYTES_MAX) throw fieldTooLong();
  const numbers = { ...NO_NUMBERS, typeflag, size: BigInt(size) };
  const bytes = new Uint8Array(BLOCK_BYTES + size + paddingLength(size));
  bytes.set(writeBlock(numbers, { ...NO_STRINGS, name: specialName(name) }), 0);
  let at = BLOCK_BYTES;
  for (const record of sorted) {
    bytes.set(record, at);
    at += record.length;
  }
  return bytes;
}

function sortedRecords(records: ReadonlyMap<string, Uint8Array>): Uint8Array[] {
  return [...records]
    .map(([key, value]) => ({ key: encodeByteText(key), record: formatPaxRecord(key, value) }))
    .sort((a, b) => compareBytes(a.key, b.key))
    .map(({ record }) => record);
}

/** The ASCII of a name, cut to the field and without slashes at its end. */
function specialName(name: Uint8Array): Uint8Array {
  const cut = toAscii(name).subarray(0, NAME_BYTES);
  let end = cut.length;
  while (end > 0 && cut[end - 1] === SLASH) end--;
  return cut.subarray(0, end);
}

/** Puts `PaxHeaders.0` between directory and file. The path is cleaned byte by byte. */
function paxName(name: Uint8Array): Uint8Array {
  const path = Array.from(name, (byte) => String.fromCharCode(byte)).join('');
  const cut = path.lastIndexOf('/') + 1;
  const joined = goClean(`${path.slice(0, cut)}${PAX_DIRECTORY}/${path.slice(cut)}`);
  return Uint8Array.from(joined, (character) => character.charCodeAt(0));
}
