/**
 * The 512-byte block and where its fields lie. Fields are `[offset, length]` in bytes; the v7
 * fields are the same in every format, the rest belongs to the format it is named for.
 *
 * @source Go 1.13 archive/tar format.go
 */

/**
 * A field's place in the block: offset and length in bytes.
 *
 * @internal
 */
export type Field = readonly [offset: number, length: number];

/**
 * Bytes of a block.
 *
 * @public
 * @since 0.1.0
 */
export const BLOCK_BYTES = 512;

/**
 * DEPARTURE: bytes that a PAX header, a GNU long name or a sparse map may have. Go
 * of 2019 had none (extensions got one in 2022, sparse maps in 2025) and took whatever a header
 * claimed into memory; the later limit, with the later text, is ours from the start.
 *
 * @source Go 1.19 archive/tar maxSpecialFileSize
 * @public
 * @since 0.1.0
 */
export const SPECIAL_BYTES_MAX = 1 << 20;

/**
 * The fields of a header block.
 *
 * @internal
 */
export const FIELD = Object.freeze({
  NAME: [0, 100],
  MODE: [100, 8],
  UID: [108, 8],
  GID: [116, 8],
  SIZE: [124, 12],
  MTIME: [136, 12],
  CHECKSUM: [148, 8],
  TYPEFLAG: [156, 1],
  LINKNAME: [157, 100],
  MAGIC: [257, 6],
  VERSION: [263, 2],
  UNAME: [265, 32],
  GNAME: [297, 32],
  DEVMAJOR: [329, 8],
  DEVMINOR: [337, 8],
  USTAR_PREFIX: [345, 155],
  STAR_PREFIX: [345, 131],
  STAR_ATIME: [476, 12],
  STAR_CTIME: [488, 12],
  STAR_TRAILER: [508, 4],
  GNU_ATIME: [345, 12],
  GNU_CTIME: [357, 12],
  GNU_SPARSE: [386, 96],
  GNU_EXTENDED: [482, 1],
  GNU_REAL_SIZE: [483, 12],
} satisfies Record<string, Field>);

/**
 * Gives a view of one field.
 *
 * @internal
 */
export function fieldOf(block: Uint8Array, [offset, length]: Field): Uint8Array {
  return block.subarray(offset, offset + length);
}

/**
 * Gives the zero bytes that follow data of a size, up to the next block.
 *
 * @param size - bytes of data; negative sizes round up, too.
 * @returns 0 … 511 bytes.
 * @source Go 1.13 archive/tar blockPadding
 * @public
 * @since 0.1.0
 */
export function paddingLength(size: bigint | number): number {
  if (typeof size === 'number') return (BLOCK_BYTES - (size % BLOCK_BYTES)) % BLOCK_BYTES;
  return Number(BigInt.asUintN(9, -size));
}

/**
 * Sums a header block's bytes, the checksum field taken as spaces.
 *
 * @source Go 1.13 archive/tar block.ComputeChecksum
 * @internal
 */
export function checksumOf(block: Uint8Array): number {
  const [from, length] = FIELD.CHECKSUM;
  let sum = 0x20 * length;
  for (let i = 0; i < from; i++) sum += block[i] as number;
  for (let i = from + length; i < BLOCK_BYTES; i++) sum += block[i] as number;
  return sum;
}

/**
 * Sums a header block's bytes as old tars did, which took them for signed.
 *
 * @source Go 1.13 archive/tar block.ComputeChecksum
 * @internal
 */
export function signedChecksumOf(block: Uint8Array): number {
  const [from, length] = FIELD.CHECKSUM;
  let high = 0;
  for (let i = 0; i < BLOCK_BYTES; i++) {
    const isSummed = i < from || i >= from + length;
    if (isSummed && (block[i] as number) >= 0x80) high += 1;
  }
  return checksumOf(block) - 256 * high;
}

/**
 * Tells whether a block is all zero.
 *
 * @internal
 */
export function isZeroBlock(block: Uint8Array): boolean {
  for (let i = 0; i < BLOCK_BYTES; i++) if (block[i] !== 0) return false;
  return true;
}
