import { BLOCK_BYTES, checksumsOf, FIELD, type Field } from './block.js';
import { isZeroTime, type TarHeader } from './header.js';
import { writeOctal } from './numeric.js';

const NUL = 0x00;
const SPACE = 0x20;
const SLASH = 0x2f;
const NO_BYTES = new Uint8Array(0);
const USTAR_MAGIC_AND_VERSION = Uint8Array.from([0x75, 0x73, 0x74, 0x61, 0x72, 0x00, 0x30, 0x30]);
/** Six digits and a NUL; the eighth byte of the checksum is a space. */
const CHECKSUM_DIGITS: Field = [FIELD.CHECKSUM[0], 7];

/**
 * What stands in a ustar block.
 *
 * @internal
 */
export interface BlockValues {
  readonly typeflag: number;
  readonly name: Uint8Array;
  readonly linkname: Uint8Array;
  readonly size: bigint;
  readonly mode: bigint;
  readonly uid: bigint;
  readonly gid: bigint;
  readonly uname: Uint8Array;
  readonly gname: Uint8Array;
  readonly mtime: TarHeader['mtime'];
  /** Undefined leaves the field zero instead of writing octal zeros. */
  readonly devmajor: bigint | undefined;
  readonly devminor: bigint | undefined;
  readonly prefix: Uint8Array;
}

/**
 * The values of a block that describes nothing.
 *
 * @internal
 */
export const EMPTY_VALUES: BlockValues = Object.freeze({
  typeflag: NUL,
  name: NO_BYTES,
  linkname: NO_BYTES,
  size: 0n,
  mode: 0n,
  uid: 0n,
  gid: 0n,
  uname: NO_BYTES,
  gname: NO_BYTES,
  mtime: Object.freeze({ seconds: 0n, nanoseconds: 0 }),
  devmajor: undefined,
  devminor: undefined,
  prefix: NO_BYTES,
});

/**
 * Writes a ustar block with its checksum. Names that are too long are cut, numbers that do not fit
 * are 0.
 *
 * @source Go 1.13 archive/tar Writer.templateV7Plus, block.SetFormat
 * @internal
 */
export function writeBlock(values: BlockValues): Uint8Array {
  const block = new Uint8Array(BLOCK_BYTES);
  block[FIELD.TYPEFLAG[0]] = values.typeflag;
  writeString(block, FIELD.NAME, values.name);
  writeString(block, FIELD.LINKNAME, values.linkname);
  writeOctal(block, FIELD.MODE, values.mode);
  writeOctal(block, FIELD.UID, values.uid);
  writeOctal(block, FIELD.GID, values.gid);
  writeOctal(block, FIELD.SIZE, values.size);
  writeOctal(block, FIELD.MTIME, isZeroTime(values.mtime) ? 0n : values.mtime.seconds);
  writeString(block, FIELD.UNAME, values.uname);
  writeString(block, FIELD.GNAME, values.gname);
  if (values.devmajor !== undefined) writeOctal(block, FIELD.DEVMAJOR, values.devmajor);
  if (values.devminor !== undefined) writeOctal(block, FIELD.DEVMINOR, values.devminor);
  writeString(block, FIELD.USTAR_PREFIX, values.prefix);
  block.set(USTAR_MAGIC_AND_VERSION, FIELD.MAGIC[0]);
  writeOctal(block, CHECKSUM_DIGITS, BigInt(checksumsOf(block).unsigned));
  block[FIELD.CHECKSUM[0] + 7] = SPACE;
  return block;
}

/**
 * Tells whether bytes are ASCII without NUL.
 *
 * @source Go 1.13 archive/tar isASCII
 * @internal
 */
export function isAscii(bytes: Uint8Array): boolean {
  return bytes.every(isAsciiByte);
}

/**
 * Leaves out every byte that is not ASCII, and every NUL.
 *
 * @source Go 1.13 archive/tar toASCII
 * @internal
 */
export function toAscii(bytes: Uint8Array): Uint8Array {
  return isAscii(bytes) ? bytes : bytes.filter(isAsciiByte);
}

function isAsciiByte(byte: number): boolean {
  return byte < 0x80 && byte !== NUL;
}

function writeString(block: Uint8Array, [offset, length]: Field, text: Uint8Array): void {
  if (text.length <= length) {
    block.set(text, offset);
    return;
  }
  block.set(text.subarray(0, length), offset);
  // QUIRK: a cut name that ends in slashes gets its NUL before them, and they stay behind it:
  // some readers take a file whose name field ends in a slash for a directory.
  let end = offset + length;
  while (end > offset && block[end - 1] === SLASH) end--;
  if (end < offset + length) block[end] = NUL;
}
