import { Decompress } from 'fzstd';
import { GraphDriverError } from '../../domain/errors.js';
import type { ByteQueue } from '../byte-queue.js';
import {
  HEADER_BYTES_MAX,
  parseFrameHeader,
  WINDOW_BYTES_MAX,
  type ZstdFrameHeader,
} from './frame-header.js';
import { Xxh64 } from './xxh64.js';

const MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a50;
const SKIPPABLE_MASK = 0xfffffff0;
const SKIPPABLE_HEADER_BYTES = 8;
const BLOCK_HEADER_BYTES = 3;
const CHECKSUM_BYTES = 4;
/** No block holds or gives more. */
const BLOCK_BYTES_MAX = 128 * 1024;
const RLE_BLOCK = 1;
const MIB = 1024n * 1024n;

/**
 * A zstd stream that is damaged or asks for too much.
 *
 * @internal
 */
class ZstdError extends GraphDriverError {
  constructor(reason: string, options?: ErrorOptions) {
    super('compression', `zstd: ${reason}`, options);
  }
}

/**
 * Gives the content of a zstd stream of any number of frames. The header of the first frame is
 * checked before this returns, every further one before its first block is decoded. Memory is that
 * of one window and one block.
 *
 * fzstd decodes the blocks of one frame at a time; the frames are found here, because fzstd takes
 * whatever window a header names, and does not look at checksums.
 *
 * @throws ZstdError also while the result is read.
 * @source RFC 8878
 * @internal
 */
export async function decompressZstd(input: ByteQueue): Promise<AsyncIterable<Uint8Array>> {
  const first = await nextFrame(input);
  return decompressFrames(input, first);
}

async function* decompressFrames(
  input: ByteQueue,
  first: ZstdFrameHeader | undefined,
): AsyncGenerator<Uint8Array, void, void> {
  try {
    for (let frame = first; frame !== undefined; frame = await nextFrame(input)) {
      yield* decompressFrame(input, frame);
    }
  } finally {
    await input.close();
  }
}

/** Passes skippable frames; gives the header of the next real one and leaves it where it is. */
async function nextFrame(input: ByteQueue): Promise<ZstdFrameHeader | undefined> {
  for (;;) {
    await input.fill(HEADER_BYTES_MAX);
    if (input.length === 0) return undefined;
    if (input.length < 4) throw new ZstdError('unexpected end');
    const magic = uint32(input.peek(4));
    if (magic === MAGIC) return checkedHeader(input.peek(HEADER_BYTES_MAX));
    if ((magic & SKIPPABLE_MASK) >>> 0 !== SKIPPABLE_MAGIC) {
      throw new ZstdError('there is something else after the last frame');
    }
    await skipFrame(input);
  }
}

async function skipFrame(input: ByteQueue): Promise<void> {
  if (input.length < SKIPPABLE_HEADER_BYTES) throw new ZstdError('unexpected end');
  let left = uint32(input.take(SKIPPABLE_HEADER_BYTES).subarray(4));
  while (left > 0) {
    if (!(await input.fill(1))) throw new ZstdError('unexpected end');
    left -= input.take(left).length;
  }
}

function checkedHeader(bytes: Uint8Array): ZstdFrameHeader {
  const header = parseFrameHeader(bytes);
  if (header === undefined) {
    const isShort = bytes.length < HEADER_BYTES_MAX;
    throw new ZstdError(isShort ? 'unexpected end' : 'the frame header is not valid');
  }
  if (header.dictionaryId !== 0) throw new ZstdError('the archive needs a dictionary');
  if (header.windowBytes > WINDOW_BYTES_MAX) {
    const asked = (header.windowBytes + MIB - 1n) / MIB;
    throw new ZstdError(
      `the archive needs a window of ${asked} MiB, and at most 8 MiB are taken: ` +
        'compress it without --long or --ultra',
    );
  }
  return header;
}

async function* decompressFrame(
  input: ByteQueue,
  header: ZstdFrameHeader,
): AsyncGenerator<Uint8Array, void, void> {
  const decoder = new FrameDecoder();
  const checksum = header.hasChecksum ? new Xxh64() : undefined;
  let contentBytes = 0n;
  // The decoder keeps the header for a while, and the queue does not.
  decoder.push(input.take(header.lengthBytes).slice(), false);
  for (let isLast = false; !isLast;) {
    const block = await takeBlock(input, header);
    isLast = block.isLast;
    const told = block.bytes.slice(block.bytes.length - CHECKSUM_BYTES);
    for (const chunk of decoder.push(block.bytes, isLast)) {
      contentBytes += BigInt(chunk.length);
      checksum?.update(chunk);
      if (chunk.length > 0) yield chunk;
    }
    if (isLast && checksum !== undefined && checksum.digest32() !== uint32(told)) {
      throw new ZstdError('the checksum does not match: the archive is damaged');
    }
  }
  if (header.contentBytes !== undefined && header.contentBytes !== contentBytes) {
    throw new ZstdError('the content is not as long as the frame says: the archive is damaged');
  }
}

/** Takes a block; with the last one goes the checksum of the frame, if there is one. */
async function takeBlock(
  input: ByteQueue,
  { hasChecksum }: ZstdFrameHeader,
): Promise<{ bytes: Uint8Array; isLast: boolean }> {
  if (!(await input.fill(BLOCK_HEADER_BYTES))) throw new ZstdError('unexpected end');
  const [low = 0, middle = 0, high = 0] = input.peek(BLOCK_HEADER_BYTES);
  const sizeBytes = (low >> 3) | (middle << 5) | (high << 13);
  if (sizeBytes > BLOCK_BYTES_MAX) throw new ZstdError('a block is too large');
  const isRle = ((low >> 1) & 0b11) === RLE_BLOCK;
  const isLast = (low & 1) !== 0;
  const end = isLast && hasChecksum ? CHECKSUM_BYTES : 0;
  const wholeBytes = BLOCK_HEADER_BYTES + (isRle ? 1 : sizeBytes) + end;
  if (!(await input.fill(wholeBytes))) throw new ZstdError('unexpected end');
  return { bytes: input.take(wholeBytes), isLast };
}

/** One frame in fzstd, which hands its output to a function. */
class FrameDecoder {
  #chunks: Uint8Array[] = [];
  readonly #decoder = new Decompress((chunk) => void this.#chunks.push(chunk));

  /** @param isLast - whether the frame ends with these bytes. */
  push(bytes: Uint8Array, isLast: boolean): readonly Uint8Array[] {
    try {
      this.#decoder.push(bytes, isLast);
    } catch (cause) {
      // fzstd trips over damage in many ways; all of them mean the same here.
      const text = cause instanceof Error ? cause.message : String(cause);
      throw new ZstdError(`the archive is damaged: ${text}`, { cause });
    }
    const chunks = this.#chunks;
    this.#chunks = [];
    return chunks;
  }
}

function uint32(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true);
}
