import { ByteSource } from './byte-source.js';
import { isHeaderOnlyType, TYPE, type TarHeader } from './header.js';
import { MemberStream } from './member-stream.js';
import { globalHeader, mergeExtensions, parsePaxHeader, type Extensions } from './pax-header.js';
import { type DraftHeader, readHeaderBlock } from './read-header.js';
import { areValidSparseEntries, holesBetween } from './sparse.js';
import { SparseCursor } from './sparse-cursor.js';
import { readSparseMap } from './sparse-map.js';
import { invalidHeader, sparseMissingData, sparseUnreferencedData } from './tar-error.js';

const NUL = 0x00;
const ZEROS_MAX = 1 << 16;

/**
 * A piece of an entry's content: bytes of the archive, or zeros that it does not hold.
 *
 * @public
 * @since 0.1.0
 */
export type DataRun = { readonly data: Uint8Array } | { readonly hole: bigint };

/**
 * Reads an archive entry by entry, as Go's reader does: the same entries, the same errors at the
 * same places. Data is given as views of the source's chunks. One call at a time.
 *
 * An archive may end without end marker: a cut between entries, or in the padding behind data, is
 * an end. Errors stay: after one, every call throws it again.
 *
 * @source Go 1.13 archive/tar Reader
 * @public
 * @since 0.1.0
 */
export class TarReader {
  readonly #source: ByteSource;
  readonly #members: MemberStream;
  #sparse: SparseCursor | undefined;
  #ended = false;
  #failure: { readonly error: unknown } | undefined;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = new ByteSource(source);
    this.#members = new MemberStream(this.#source);
  }

  /**
   * Moves to the next entry, past what is left of the current one.
   *
   * @returns the entry's header, or undefined at the end of the archive.
   * @throws {@link TarError} `archive/tar: invalid tar header`, `unexpected EOF`, and beyond 1 MiB
   * of extensions `archive/tar: header field too long` or `archive/tar: sparse map too long`; and
   * what the source throws.
   */
  async next(): Promise<TarHeader | undefined> {
    this.#rethrow();
    if (this.#ended) return undefined;
    try {
      const header = await this.#nextEntry();
      this.#ended = header === undefined;
      return header;
    } catch (error) {
      throw this.#fail(error);
    }
  }

  /**
   * Gives the next piece of the current entry's content, holes as zeros.
   *
   * @returns a view that is good until the next call, or undefined at the end of the content.
   * @throws {@link TarError} as {@link TarReader.readRun}.
   */
  async read(): Promise<Uint8Array | undefined> {
    const run = await this.#run(BigInt(ZEROS_MAX));
    if (run === undefined || 'data' in run) return run?.data;
    return new Uint8Array(Number(run.hole));
  }

  /**
   * Gives the next piece of the current entry's content, holes by their length in bytes.
   *
   * @returns data as a view that is good until the next call; undefined at the end of the content.
   * @throws {@link TarError} `unexpected EOF` when the source ends first, and for sparse files
   * `archive/tar: sparse file references non-existent data` or
   * `archive/tar: sparse file contains unreferenced data`; and what the source throws.
   */
  async readRun(): Promise<DataRun | undefined> {
    return this.#run(undefined);
  }

  /** Reads the source to its end, whatever state the archive is in. */
  async drain(): Promise<void> {
    await this.#source.drain();
  }

  /** Ends the source early; what it still has is not read. */
  async close(): Promise<void> {
    await this.#source.close();
  }

  async #nextEntry(): Promise<TarHeader | undefined> {
    const seen: Extensions = {};
    for (;;) {
      const block = this.#members.nextHeaderNow() ?? (await this.#members.nextHeader());
      if (block === undefined) return undefined;
      const header = readHeaderBlock(block);
      this.#enter(header);
      switch (header.typeflag) {
        case TYPE.PAX:
          seen.records = parsePaxHeader((await this.#members.wholeData()).slice());
          break;
        case TYPE.PAX_GLOBAL:
          return globalHeader(header, (await this.#members.wholeData()).slice());
        case TYPE.GNU_LONG_NAME:
          seen.longName = untilNul(await this.#members.wholeData());
          break;
        case TYPE.GNU_LONG_LINK:
          seen.longLink = untilNul(await this.#members.wholeData());
          break;
        default:
          mergeExtensions(header, seen);
          this.#enter(header);
          if (maySparse(header)) await this.#enterSparse(header, block);
          return header;
      }
    }
  }

  #enter(header: DraftHeader): void {
    this.#members.enter(isHeaderOnlyType(header.typeflag) ? 0n : header.size);
    this.#sparse = undefined;
  }

  async #enterSparse(header: DraftHeader, block: Uint8Array): Promise<void> {
    const entries = await readSparseMap(header, block, this.#members);
    if (entries === undefined) return;
    if (isHeaderOnlyType(header.typeflag)) throw invalidHeader();
    if (!areValidSparseEntries(entries, header.size)) throw invalidHeader();
    header.holes = holesBetween(entries, header.size);
    this.#sparse = new SparseCursor(header.holes);
  }

  async #run(holeMax: bigint | undefined): Promise<DataRun | undefined> {
    this.#rethrow();
    try {
      if (this.#sparse !== undefined) return await this.#sparseRun(this.#sparse, holeMax);
      const data = await this.#members.someData(Infinity);
      return data === undefined ? undefined : { data };
    } catch (error) {
      throw this.#fail(error);
    }
  }

  async #sparseRun(cursor: SparseCursor, holeMax?: bigint): Promise<DataRun | undefined> {
    if (cursor.isAtEnd) {
      if (this.#members.hasData) throw sparseUnreferencedData();
      return undefined;
    }
    const { kind, length } = cursor.ahead;
    if (kind === 'hole') {
      const hole = holeMax !== undefined && length > holeMax ? holeMax : length;
      cursor.advance(hole);
      return { hole };
    }
    const data = await this.#members.someData(Number(length));
    if (data === undefined) throw sparseMissingData();
    cursor.advance(BigInt(data.length));
    return { data };
  }

  /** Remembers the first error: it is the answer to every later call. */
  #fail(error: unknown): unknown {
    this.#failure = { error };
    return error;
  }

  #rethrow(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}

/** Keeps the search for sparse maps off the plain entries. */
function maySparse(header: DraftHeader): boolean {
  return header.typeflag === TYPE.GNU_SPARSE || header.paxRecords.size > 0;
}

function untilNul(bytes: Uint8Array): Uint8Array {
  const end = bytes.indexOf(NUL);
  return bytes.slice(0, end < 0 ? bytes.length : end);
}
