/**
 * The largest window that is taken: what the format asks every decoder to support.
 *
 * @internal
 */
export const WINDOW_BYTES_MAX = 8n * 1024n * 1024n;

/**
 * What a zstd frame says of itself before its blocks.
 *
 * @source RFC 8878 section 3.1.1.1
 * @internal
 */
export interface ZstdFrameHeader {
  /** Bytes of the header, the magic number included. */
  readonly lengthBytes: number;
  /** Bytes of history that blocks may refer to. */
  readonly windowBytes: bigint;
  /** Bytes of the content; undefined where the frame does not say. */
  readonly contentBytes: bigint | undefined;
  readonly hasChecksum: boolean;
  /** 0 for none. */
  readonly dictionaryId: number;
}

/** Magic number and descriptor: what tells the length of the rest. */
const FIXED_BYTES = 5;
const DICTIONARY_ID_BYTES = [0, 1, 2, 4] as const;
/** A content size of two bytes counts from here. */
const TWO_BYTE_OFFSET = 256n;

/**
 * The most bytes that a header has.
 *
 * @internal
 */
export const HEADER_BYTES_MAX = 18;

/**
 * Parses the header of a zstd frame, which begins with the magic number.
 *
 * @param bytes - as many as {@link HEADER_BYTES_MAX}, or what there is up to the end.
 * @returns undefined where the bytes end before the header does, or a reserved bit is set.
 * @source RFC 8878 section 3.1.1.1
 * @internal
 */
export function parseFrameHeader(bytes: Uint8Array): ZstdFrameHeader | undefined {
  const descriptor = bytes[FIXED_BYTES - 1];
  if (descriptor === undefined || (descriptor & 0b1000) !== 0) return undefined;
  const isSingleSegment = (descriptor & 0b10_0000) !== 0;
  const dictionaryBytes = DICTIONARY_ID_BYTES[descriptor & 0b11] ?? 0;
  const contentSizeBytes = contentSizeLength(descriptor >> 6, isSingleSegment);

  const windowAt = FIXED_BYTES;
  const dictionaryAt = windowAt + (isSingleSegment ? 0 : 1);
  const contentAt = dictionaryAt + dictionaryBytes;
  const lengthBytes = contentAt + contentSizeBytes;
  if (bytes.length < lengthBytes) return undefined;

  const content = littleEndian(bytes.subarray(contentAt, lengthBytes));
  const offset = contentSizeBytes === 2 ? TWO_BYTE_OFFSET : 0n;
  const contentBytes = contentSizeBytes === 0 ? undefined : content + offset;
  return {
    lengthBytes,
    windowBytes: isSingleSegment ? (contentBytes ?? 0n) : windowSize(bytes[windowAt] ?? 0),
    contentBytes,
    hasChecksum: (descriptor & 0b100) !== 0,
    dictionaryId: Number(littleEndian(bytes.subarray(dictionaryAt, contentAt))),
  };
}

function contentSizeLength(flag: number, isSingleSegment: boolean): number {
  if (flag === 0) return isSingleSegment ? 1 : 0;
  return 1 << flag;
}

/** Five bits of exponent and three of mantissa. */
function windowSize(descriptor: number): bigint {
  const base = 1n << BigInt(10 + (descriptor >> 3));
  return base + (base / 8n) * BigInt(descriptor & 0b111);
}

function littleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}
