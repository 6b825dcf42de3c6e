import { BLOCK_BYTES, isZeroBlock, paddingLength, SPECIAL_BYTES_MAX } from './block.js';
import { ByteSource } from './byte-source.js';
import {
  isHeaderOnlyType,
  NO_RECORDS,
  type SparseEntry,
  TYPE,
  type TarHeader,
  ZERO_TIME,
} from './header.js';
import { mergePaxRecords, parsePaxHeader } from './pax-header.js';
import { type DraftHeader, readHeaderBlock } from './read-header.js';
import { areValidSparseEntries, holesBetween } from './sparse.js';
import {
  mergeSparseRecords,
  oldGnuSparseMap,
  paxSparseFormat,
  sparseMapInData,
  sparseMapInRecords,
} from './sparse-map.js';
import { SparseCursor } from './sparse-cursor.js';
import {
  fieldTooLong,
  invalidHeader,
  sparseMissingData,
  sparseUnreferencedData,
  TarError,
  unexpectedEof,
} from './tar-error.js';

const NUL = 0x00;
const SLASH = 0x2f;
const ZEROS_BYTES = 1 << 16;

/**
 * A piece of an entry's content: bytes of the archive, or zeros that it does not hold.
 *
 * @public
 * @since 0.1.0
 */
export type DataRun = { readonly data: Uint8Array } | { readonly hole: bigint };

/** What Go leaves of a global header: its name and its records. */
const GLOBAL_HEADER: TarHeader = Object.freeze({
  typeflag: TYPE.PAX_GLOBAL,
  name: new Uint8Array(0),
  linkname: new Uint8Array(0),
  size: 0n,
  mode: 0n,
  uid: 0n,
  gid: 0n,
  uname: '',
  gname: '',
  mtime: ZERO_TIME,
  devmajor: 0n,
  devminor: 0n,
  paxRecords: NO_RECORDS,
});

/** What precedes an entry and tells about it. */
interface Extensions {
  records: ReadonlyMap<string, Uint8Array> | undefined;
  longName: Uint8Array | undefined;
  longLink: Uint8Array | undefined;
}

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
  /** Bytes of the current member that the source still holds; exact below 2^53. */
  #remaining = 0;
  #padding = 0;
  #sparse: SparseCursor | undefined;
  #ended = false;
  #failure: { readonly error: unknown } | undefined;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = new ByteSource(source);
  }

  /**
   * Moves to the next entry, past what is left of the current one.
   *
   * @returns the entry's header, or undefined at the end of the archive.
   * @throws {@link TarError} `archive/tar: invalid tar header`, `unexpected EOF`, and for extensions
   * beyond {@link SPECIAL_BYTES_MAX} bytes `archive/tar: header field too long` or
   * `archive/tar: sparse map too long`; and what the source throws.
   */
  async next(): Promise<TarHeader | undefined> {
    this.#rethrow();
    if (this.#ended) return undefined;
    try {
      const header = await this.#nextEntry();
      this.#ended = header === undefined;
      return header;
    } catch (error) {
      this.#failure = { error };
      throw error;
    }
  }

  /**
   * Gives the next piece of the current entry's content, holes as zeros.
   *
   * @returns a view that is good until the next call, or undefined at the end of the content.
   * @throws {@link TarError} as {@link TarReader.readRun}.
   */
  async read(): Promise<Uint8Array | undefined> {
    const run = await this.#guarded(ZEROS_BYTES);
    if (run === undefined || 'data' in run) return run?.data;
    return new Uint8Array(Number(run.hole));
  }

  /**
   * Gives the next piece of the current entry's content, holes by their length in bytes.
   *
   * @returns a view that is good until the next call or a hole; undefined at the end of the content.
   * @throws {@link TarError} `unexpected EOF` when the source ends first, and for sparse files
   * `archive/tar: sparse file references non-existent data` or
   * `archive/tar: sparse file contains unreferenced data`; and what the source throws.
   */
  async readRun(): Promise<DataRun | undefined> {
    return this.#guarded(undefined);
  }

  /** Reads the source to its end, whatever state the archive is in. */
  async drain(): Promise<void> {
    await this.#source.drain();
  }

  /** Ends the source early; what it still has is not read. */
  async close(): Promise<void> {
    await this.#source.close();
  }

  async #guarded(holeMax: number | undefined): Promise<DataRun | undefined> {
    this.#rethrow();
    try {
      return this.#sparse === undefined
        ? await this.#dataRun(this.#remaining)
        : await this.#sparseRun(this.#sparse, holeMax);
    } catch (error) {
      this.#failure = { error };
      throw error;
    }
  }

  async #dataRun(lengthMax: number): Promise<{ readonly data: Uint8Array } | undefined> {
    if (lengthMax === 0) return undefined;
    const data = await this.#source.takeSome(lengthMax);
    if (data === undefined) throw unexpectedEof();
    this.#remaining -= data.length;
    return { data };
  }

  async #sparseRun(
    cursor: SparseCursor,
    holeMax: number | undefined,
  ): Promise<DataRun | undefined> {
    if (cursor.isAtEnd) {
      if (this.#remaining > 0) throw sparseUnreferencedData();
      return undefined;
    }
    const { kind, length } = cursor.ahead;
    if (kind === 'hole') {
      const hole = holeMax !== undefined && length > holeMax ? BigInt(holeMax) : length;
      cursor.advance(hole);
      return { hole };
    }
    const run = await this.#dataRun(Math.min(Number(length), this.#remaining));
    if (run === undefined) throw sparseMissingData();
    cursor.advance(BigInt(run.data.length));
    return run;
  }

  async #nextEntry(): Promise<TarHeader | undefined> {
    const seen: Extensions = { records: undefined, longName: undefined, longLink: undefined };
    for (;;) {
      if (!(await this.#skipMember())) return undefined;
      const block = await this.#headerBlock();
      if (block === undefined) return undefined;
      const header = readHeaderBlock(block);
      this.#enterMember(header);
      switch (header.typeflag) {
        case TYPE.PAX:
          seen.records = parsePaxHeader((await this.#specialData()).slice());
          break;
        case TYPE.PAX_GLOBAL:
          return globalHeader(header, parsePaxHeader((await this.#specialData()).slice()));
        case TYPE.GNU_LONG_NAME:
          seen.longName = untilNul(await this.#specialData());
          break;
        case TYPE.GNU_LONG_LINK:
          seen.longLink = untilNul(await this.#specialData());
          break;
        default:
          mergeExtensions(header, seen);
          this.#enterMember(header);
          if (maySparse(header)) await this.#enterSparse(header, block);
          return header;
      }
    }
  }

  /** Passes over the rest of a member; false when the archive ends in its padding. */
  async #skipMember(): Promise<boolean> {
    const remaining = this.#remaining;
    const padding = this.#padding;
    this.#remaining = 0;
    this.#padding = 0;
    if (this.#source.skipNow(remaining + padding)) return true;
    if ((await this.#source.skip(remaining)) > 0) throw unexpectedEof();
    return (await this.#source.skip(padding)) === 0;
  }

  /** Gives the next header block, or undefined at the end: no more bytes, or two zero blocks. */
  async #headerBlock(): Promise<Uint8Array | undefined> {
    const block = await this.#blockOrEnd();
    if (block === undefined || !isZeroBlock(block)) return block;
    const second = await this.#blockOrEnd();
    if (second === undefined || isZeroBlock(second)) return undefined;
    throw invalidHeader();
  }

  async #blockOrEnd(): Promise<Uint8Array | undefined> {
    const block = this.#source.takeNow(BLOCK_BYTES) ?? (await this.#source.take(BLOCK_BYTES));
    if (block.length === 0) return undefined;
    if (block.length < BLOCK_BYTES) throw unexpectedEof();
    return block;
  }

  #enterMember(header: DraftHeader): void {
    const size = isHeaderOnlyType(header.typeflag) ? 0n : header.size;
    if (size < 0n) throw invalidHeader();
    this.#remaining = Number(size);
    this.#padding = paddingLength(size);
    this.#sparse = undefined;
  }

  /** Gives the whole data of an extension; a view, good until more is read. */
  async #specialData(): Promise<Uint8Array> {
    const length = this.#remaining;
    if (length > SPECIAL_BYTES_MAX) {
      // As Go does, which notices that it is too much only when it has read too much.
      const missing = await this.#source.skip(SPECIAL_BYTES_MAX + 1);
      throw missing > 0 ? unexpectedEof() : fieldTooLong();
    }
    const data = await this.#source.take(length);
    if (data.length < length) throw unexpectedEof();
    this.#remaining = 0;
    return data;
  }

  async #enterSparse(header: DraftHeader, block: Uint8Array): Promise<void> {
    const entries = await this.#sparseEntries(header, block);
    if (entries === undefined) return;
    if (isHeaderOnlyType(header.typeflag)) throw invalidHeader();
    if (!areValidSparseEntries(entries, header.size)) throw invalidHeader();
    header.holes = holesBetween(entries, header.size);
    this.#sparse = new SparseCursor(header.holes);
  }

  async #sparseEntries(header: DraftHeader, block: Uint8Array): Promise<SparseEntry[] | undefined> {
    const readSourceBlock = async (): Promise<Uint8Array> =>
      this.#fullBlock(await this.#source.take(BLOCK_BYTES));
    if (header.typeflag === TYPE.GNU_SPARSE) {
      return oldGnuSparseMap(header, block, readSourceBlock);
    }
    const format = paxSparseFormat(header);
    if (format === undefined) return undefined;
    mergeSparseRecords(header);
    if (format === 'in-records') return sparseMapInRecords(header);
    return sparseMapInData(async () => {
      // The map is part of the member's data, and may not reach beyond it.
      const data = await this.#source.take(Math.min(BLOCK_BYTES, this.#remaining));
      this.#remaining -= data.length;
      return this.#fullBlock(data);
    });
  }

  #fullBlock(data: Uint8Array): Uint8Array {
    if (data.length < BLOCK_BYTES) throw unexpectedEof();
    return data;
  }

  #rethrow(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}

/** Keeps the search for sparse maps off the plain entries. */
function maySparse(header: DraftHeader): boolean {
  return header.typeflag === TYPE.GNU_SPARSE || header.paxRecords.size > 0;
}

function globalHeader(header: DraftHeader, records: ReadonlyMap<string, Uint8Array>): TarHeader {
  try {
    mergePaxRecords(header, records);
  } catch (error) {
    // QUIRK: a malformed number in a global header is passed over, and its records are lost.
    if (!(error instanceof TarError)) throw error;
  }
  return { ...GLOBAL_HEADER, name: header.name, paxRecords: header.paxRecords };
}

function mergeExtensions(header: DraftHeader, seen: Extensions): void {
  if (seen.records !== undefined) mergePaxRecords(header, seen.records);
  if (seen.longName !== undefined && seen.longName.length > 0) header.name = seen.longName;
  if (seen.longLink !== undefined && seen.longLink.length > 0) header.linkname = seen.longLink;
  if (header.typeflag !== TYPE.REG_OLD) return;
  header.typeflag = header.name.at(-1) === SLASH ? TYPE.DIR : TYPE.REG;
}

function untilNul(bytes: Uint8Array): Uint8Array {
  const end = bytes.indexOf(NUL);
  return bytes.slice(0, end < 0 ? bytes.length : end);
}
