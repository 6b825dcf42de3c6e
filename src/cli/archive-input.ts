import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { GraphDriverError, SyscallError } from '../domain/errors.js';
import { ByteQueue } from './byte-queue.js';
import { decompressZstd } from './zstd/decompress.js';

/** How compressed archives begin. */
const MAGICS: readonly { readonly format: Format; readonly bytes: readonly number[] }[] = [
  { format: 'gzip', bytes: [0x1f, 0x8b, 0x08] },
  { format: 'zstd', bytes: [0x28, 0xb5, 0x2f, 0xfd] },
  { format: 'bzip2', bytes: [0x42, 0x5a, 0x68] },
  { format: 'xz', bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00] },
];
const MAGIC_BYTES_MAX = 6;
/** `50 2A 4D 18` to `5F 2A 4D 18`: a zstd frame that says nothing and may come first. */
const SKIPPABLE = Object.freeze({ least: 0x184d2a50, most: 0x184d2a5f });
/** What node says of damaged gzip data, in shorter words. */
const GZIP_REASONS: ReadonlyMap<string, string> = new Map([['Z_BUF_ERROR', 'unexpected end']]);

type Format = 'tar' | 'gzip' | 'zstd' | 'bzip2' | 'xz';

/**
 * An archive that cannot be decompressed.
 *
 * @internal
 */
class CompressionError extends GraphDriverError {
  constructor(message: string, options?: ErrorOptions) {
    super('compression', message, options);
  }
}

/**
 * Gives the plain archive of a source that is plain, gzip or zstd by its first bytes. What can be
 * refused by those is refused here, before anything is applied. Memory does not grow with the
 * archive.
 *
 * @throws CompressionError for other compressions and for zstd windows above 8 MiB; later, while
 *   the archive is read, for damage.
 * @internal
 */
export async function openArchive(
  source: AsyncIterable<Uint8Array>,
): Promise<AsyncIterable<Uint8Array>> {
  const input = new ByteQueue(told(source));
  await input.fill(MAGIC_BYTES_MAX);
  const format = detectFormat(input.peek(MAGIC_BYTES_MAX));
  switch (format) {
    case 'tar':
      return input.rest();
    case 'gzip':
      return gunzip(input.rest());
    case 'zstd':
      return decompressZstd(input);
    case 'bzip2':
    case 'xz': {
      const hint = `decompress it with ${format} first`;
      throw new CompressionError(`the archive is compressed with ${format}: ${hint}`);
    }
  }
}

/**
 * Tells the format of an archive by its first bytes.
 *
 * @internal
 */
export function detectFormat(start: Uint8Array): Format {
  const known = MAGICS.find(({ bytes }) => bytes.every((byte, index) => start[index] === byte));
  if (known !== undefined) return known.format;
  if (start.length < 4) return 'tar';
  const word = new DataView(start.buffer, start.byteOffset).getUint32(0, true);
  return word >= SKIPPABLE.least && word <= SKIPPABLE.most ? 'zstd' : 'tar';
}

async function* gunzip(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  // The pipeline hands failures of the source on; whoever iterates is told.
  const plain = pipeline(Readable.from(source), createGunzip(), () => undefined);
  try {
    yield* plain as AsyncIterable<Uint8Array>;
  } catch (error) {
    if (error instanceof GraphDriverError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const text = error instanceof Error ? error.message : String(error);
    throw new CompressionError(`gzip: ${GZIP_REASONS.get(code) ?? text}`, { cause: error });
  }
}

/** Failures of the source itself, such as a read error of the disk, become ours. */
async function* told(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  try {
    yield* source;
  } catch (error) {
    if (error instanceof GraphDriverError) throw error;
    if (isNodeSystemError(error)) {
      throw new SyscallError({ errno: -error.errno, syscall: 'read', path: 'standard input' });
    }
    const text = error instanceof Error ? error.message : String(error);
    throw new GraphDriverError('input', `read standard input: ${text}`, { cause: error });
  }
}

function isNodeSystemError(error: unknown): error is { readonly errno: number } {
  return error instanceof Error && 'errno' in error && typeof error.errno === 'number';
}
