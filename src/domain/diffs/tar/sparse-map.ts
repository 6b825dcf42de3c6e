import { concatBytes } from '../../utf8.js';
import { BLOCK_BYTES, FIELD, SPECIAL_BYTES_MAX } from './block.js';
import { decodeByteText } from './byte-text.js';
import { parseInt64 } from './decimal.js';
import { type SparseEntry, TYPE } from './header.js';
import { parseNumeric } from './numeric.js';
import { type DraftHeader, formatOfBlock } from './read-header.js';
import { invalidHeader, sparseTooLong } from './tar-error.js';

/**
 * The maps of sparse files: the old GNU one in header blocks, and GNU's three PAX ones.
 */
const NUL = 0x00;
const NEWLINE = 0x0a;
const NUMBER_BYTES = 12;
const ENTRY_BYTES = 2 * NUMBER_BYTES;
/** Entries of an extension block; the byte behind them says whether another block follows. */
const EXTENSION_ENTRIES = 21;
const HEADER_ENTRIES = 4;
const NATIVE_INT_MAX = (1n << 62n) - 1n;

/**
 * Where more of a map comes from: blocks of 512 bytes, in front of a member's data or of it.
 *
 * @internal
 */
export interface MapBlocks {
  /** @throws {@link TarError} `unexpected EOF` when there is no whole block. */
  extensionBlock(): Promise<Uint8Array>;
  /** @throws {@link TarError} `unexpected EOF` when there is no whole block. */
  dataBlock(): Promise<Uint8Array>;
}

/**
 * Reads the map of an entry if it is sparse, in whatever format. The header gets the name and the
 * size of the file; what it had may have been those of the archive member.
 *
 * @param block - the entry's header block.
 * @returns the stretches of data, not validated; undefined for an entry that is not sparse.
 * @throws {@link TarError} `archive/tar: invalid tar header` when the map is malformed,
 * `archive/tar: sparse map too long` beyond {@link SPECIAL_BYTES_MAX} bytes, `unexpected EOF`.
 * @source Go 1.13 archive/tar Reader.handleSparseFile
 * @internal
 */
export async function readSparseMap(
  header: DraftHeader,
  block: Uint8Array,
  blocks: MapBlocks,
): Promise<SparseEntry[] | undefined> {
  if (header.typeflag === TYPE.GNU_SPARSE) return oldGnuSparseMap(header, block, blocks);
  const format = paxSparseFormat(header);
  if (format === undefined) return undefined;
  mergeSparseRecords(header);
  return format === 'in-records' ? sparseMapInRecords(header) : sparseMapInData(blocks);
}

/** The map in the records (0.0 and 0.1), before the data (1.0), or no format that is known. */
function paxSparseFormat(header: DraftHeader): 'in-records' | 'in-data' | undefined {
  const major = recordOf(header, 'major');
  const minor = recordOf(header, 'minor');
  if (major === '0' && (minor === '0' || minor === '1')) return 'in-records';
  if (major === '1' && minor === '0') return 'in-data';
  if (major !== '' || minor !== '') return undefined;
  return recordOf(header, 'map') === '' ? undefined : 'in-records';
}

/** Lets the sparse records override name and size. */
function mergeSparseRecords(header: DraftHeader): void {
  const name = header.paxRecords.get('GNU.sparse.name');
  if (name !== undefined && name.length > 0) header.name = name;
  const size = recordOf(header, 'size') || recordOf(header, 'realsize');
  if (size !== '') header.size = parsedInt(size);
}

/** Formats 0.0 and 0.1: offset and length by turns, in one record. */
function sparseMapInRecords(header: DraftHeader): SparseEntry[] {
  const count = parsedCount(recordOf(header, 'numblocks'));
  const map = recordOf(header, 'map');
  const numerals = map === '' ? [] : map.split(',');
  if (BigInt(numerals.length) !== 2n * count) throw invalidHeader();
  return pairUp(numerals);
}

/**
 * Format 1.0: a count, then offset and length by turns, each a decimal and a newline, filled up to
 * whole blocks.
 */
async function sparseMapInData(source: MapBlocks): Promise<SparseEntry[]> {
  const blocks: Uint8Array[] = [];
  let newlines = 0n;
  const readLines = async (wanted: bigint): Promise<void> => {
    while (newlines < wanted) {
      if (blocks.length >= SPECIAL_BYTES_MAX / BLOCK_BYTES) throw sparseTooLong();
      const block = (await source.dataBlock()).slice();
      for (const byte of block) if (byte === NEWLINE) newlines += 1n;
      blocks.push(block);
    }
  };
  await readLines(1n);
  const first = concatBytes(...blocks);
  const count = parsedCount(decodeByteText(first.subarray(0, first.indexOf(NEWLINE))));
  // Go reads every line before it looks at the first, so that a cut comes before a bad number.
  await readLines(1n + 2n * count);
  const lines = decodeByteText(concatBytes(...blocks)).split('\n');
  return pairUp(lines.slice(1, 1 + 2 * Number(count)));
}

/** The old GNU format: four entries in the header, more in extension blocks. */
async function oldGnuSparseMap(
  header: DraftHeader,
  block: Uint8Array,
  source: MapBlocks,
): Promise<SparseEntry[]> {
  if (formatOfBlock(block) !== 'gnu') throw invalidHeader();
  header.size = parsedNumber(block, FIELD.GNU_REAL_SIZE[0]);
  const entries: SparseEntry[] = [];
  pushEntries(entries, block, FIELD.GNU_SPARSE[0], HEADER_ENTRIES);
  let extended = block[FIELD.GNU_EXTENDED[0]] !== NUL;
  for (let blocks = 0; extended; blocks++) {
    if (blocks >= SPECIAL_BYTES_MAX / BLOCK_BYTES) throw sparseTooLong();
    const extension = await source.extensionBlock();
    pushEntries(entries, extension, 0, EXTENSION_ENTRIES);
    extended = extension[EXTENSION_ENTRIES * ENTRY_BYTES] !== NUL;
  }
  return entries;
}

/** Adds a block's entries up to the first whose offset begins with NUL. */
function pushEntries(to: SparseEntry[], block: Uint8Array, start: number, count: number): void {
  for (let i = 0; i < count; i++) {
    const at = start + i * ENTRY_BYTES;
    if (block[at] === NUL) return;
    const offset = parsedNumber(block, at);
    to.push({ offset, length: parsedNumber(block, at + NUMBER_BYTES) });
  }
}

function pairUp(numerals: readonly string[]): SparseEntry[] {
  const entries: SparseEntry[] = [];
  for (let i = 0; i < numerals.length; i += 2) {
    entries.push({ offset: parsedInt(numerals[i]), length: parsedInt(numerals[i + 1]) });
  }
  return entries;
}

function recordOf(header: DraftHeader, key: string): string {
  const value = header.paxRecords.get(`GNU.sparse.${key}`);
  return value === undefined ? '' : decodeByteText(value);
}

function parsedCount(text: string): bigint {
  const count = parsedInt(text);
  // Go guards against an overflow when it doubles the count.
  if (count < 0n || count > NATIVE_INT_MAX) throw invalidHeader();
  return count;
}

function parsedInt(text: string | undefined): bigint {
  const value = text === undefined ? undefined : parseInt64(text);
  if (value === undefined) throw invalidHeader();
  return value;
}

function parsedNumber(block: Uint8Array, offset: number): bigint {
  const value = parseNumeric(block, [offset, NUMBER_BYTES]);
  if (value === undefined) throw invalidHeader();
  return value;
}
