import { BLOCK_BYTES, checksumOf, FIELD, type Field } from './block.js';
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
 * The numbers of a ustar block.
 *
 * @internal
 */
export interface BlockNumbers extends Pick<
  TarHeader,
  'typeflag' | 'size' | 'mode' | 'uid' | 'gid' | 'mtime'
> {
  /** Undefined leaves the field NUL instead of writing octal zeros. */
  readonly devmajor: bigint | undefined;
  readonly devminor: bigint | undefined;
}

/**
 * The names of a ustar block.
 *
 * @internal
 */
export interface BlockStrings {
  readonly name: Uint8Array;
  readonly linkname: Uint8Array;
  readonly uname: Uint8Array;
  readonly gname: Uint8Array;
  readonly prefix: Uint8Array;
}

/**
 * Numbers that say nothing, for the blocks of extensions.
 *
 * @internal
 */
export const NO_NUMBERS: BlockNumbers = Object.freeze({
  typeflag: NUL,
  size: 0n,
  mode: 0n,
  uid: 0n,
  gid: 0n,
  mtime: Object.freeze({ seconds: 0n, nanoseconds: 0 }),
  devmajor: undefined,
  devminor: undefined,
});

/**
 * Names that say nothing.
 *
 * @internal
 */
export const NO_STRINGS: BlockStrings = Object.freeze({
  name: NO_BYTES,
  linkname: NO_BYTES,
  uname: NO_BYTES,
  gname: NO_BYTES,
  prefix: NO_BYTES,
});

/**
 * Writes a ustar block with its checksum. Names that are too long are cut, numbers that do not fit
 * are 0.
 *
 * @source Go 1.13 archive/tar Writer.templateV7Plus, block.SetFormat
 * @internal
 */
export function writeBlock(numbers: BlockNumbers, strings: BlockStrings): Uint8Array {
  const { mtime, devmajor, devminor } = numbers;
  const block = new Uint8Array(BLOCK_BYTES);
  block[FIELD.TYPEFLAG[0]] = numbers.typeflag;
  writeString(block, FIELD.NAME, strings.name);
  writeString(block, FIELD.LINKNAME, strings.linkname);
  writeOctal(block, FIELD.MODE, numbers.mode);
  writeOctal(block, FIELD.UID, numbers.uid);
  writeOctal(block, FIELD.GID, numbers.gid);
  writeOctal(block, FIELD.SIZE, numbers.size);
  writeOctal(block, FIELD.MTIME, isZeroTime(mtime) ? 0n : mtime.seconds);
  writeString(block, FIELD.UNAME, strings.uname);
  writeString(block, FIELD.GNAME, strings.gname);
  if (devmajor !== undefined) writeOctal(block, FIELD.DEVMAJOR, devmajor);
  if (devminor !== undefined) writeOctal(block, FIELD.DEVMINOR, devminor);
  writeString(block, FIELD.USTAR_PREFIX, strings.prefix);
  block.set(USTAR_MAGIC_AND_VERSION, FIELD.MAGIC[0]);
  writeOctal(block, CHECKSUM_DIGITS, BigInt(checksumOf(block)));
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
  for (let i = 0; i < bytes.length; i++) if (!isAsciiByte(bytes[i] as number)) return false;
  return true;
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
