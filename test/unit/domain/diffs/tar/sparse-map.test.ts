// Establishes the limits of sparse maps, which Go of 2019 did not have, and that a map within them
// is read whole. Everything else about sparse maps is compared with Go in tar-reader.test.ts.
import { describe, expect, it } from 'vitest';
import { TYPE } from '../../../../../src/domain/diffs/tar/header.js';
import {
  type DraftHeader,
  readHeaderBlock,
} from '../../../../../src/domain/diffs/tar/read-header.js';
import { type MapBlocks, readSparseMap } from '../../../../../src/domain/diffs/tar/sparse-map.js';
import { encodeUtf8 } from '../../../../../src/domain/utf8.js';

const MINUTE_MS = 60_000;
const BLOCKS_MAX = 2048;
const ENTRIES_OF_BLOCK = 21;

/** A header block of a sparse file in the old GNU format, with one entry and an extension. */
function gnuBlock(): Uint8Array {
  const block = Buffer.alloc(512);
  block.write('sparse', 0);
  block[156] = TYPE.GNU_SPARSE;
  block.write('ustar  \0', 257);
  block.write('00000000000\x0000000000001\0', 386);
  block[482] = 1;
  block.write('77777777777\0', 483);
  block.fill(' ', 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

/** An extension block full of entries. */
function extension(isLast: boolean): Uint8Array {
  const block = Buffer.alloc(512);
  block.write('00000000002\x0000000000000\0'.repeat(ENTRIES_OF_BLOCK), 0);
  block[504] = isLast ? 0 : 1;
  return block;
}

/** A header with the records of sparse format 1.0. */
function paxHeader(): DraftHeader {
  const header = readHeaderBlock(gnuBlock());
  header.typeflag = TYPE.REG;
  header.paxRecords = new Map(
    Object.entries({ major: '1', minor: '0', realsize: '9' }).map(([key, value]) => [
      `GNU.sparse.${key}`,
      encodeUtf8(value),
    ]),
  );
  return header;
}

/** Gives blocks from a function of their number. */
function blocksFrom(blockAt: (index: number) => Uint8Array): MapBlocks {
  let asked = 0;
  const next = async (): Promise<Uint8Array> => blockAt(asked++);
  return { extensionBlock: next, dataBlock: next };
}

describe('the map of the old GNU format', () => {
  it('may have 1 MiB of extension blocks', { timeout: MINUTE_MS }, async () => {
    const blocks = blocksFrom((index) => extension(index === BLOCKS_MAX - 1));

    const map = await readSparseMap(readHeaderBlock(gnuBlock()), gnuBlock(), blocks);

    expect(map).toHaveLength(1 + BLOCKS_MAX * ENTRIES_OF_BLOCK);
    expect(map?.[0]).toStrictEqual({ offset: 0n, length: 1n });
    expect(map?.at(-1)).toStrictEqual({ offset: 2n, length: 0n });
  });

  it('may not have more', { timeout: MINUTE_MS }, async () => {
    const blocks = blocksFrom((index) => extension(index === BLOCKS_MAX));

    await expect(readSparseMap(readHeaderBlock(gnuBlock()), gnuBlock(), blocks)).rejects.toThrow(
      'archive/tar: sparse map too long',
    );
  });
});

describe('the map of format 1.0', () => {
  const textBlocks = (text: string): MapBlocks =>
    blocksFrom((index) => encodeUtf8(text.slice(512 * index, 512 * (index + 1)).padEnd(512, '\0')));

  it('may have 1 MiB', { timeout: MINUTE_MS }, async () => {
    const entries = (BLOCKS_MAX * 512) / 4 - 2;

    const map = await readSparseMap(
      paxHeader(),
      gnuBlock(),
      textBlocks(`${entries}\n${'1\n2\n'.repeat(entries)}`),
    );

    expect(map).toHaveLength(entries);
    expect(map?.at(-1)).toStrictEqual({ offset: 1n, length: 2n });
  });

  it('may not have more, nor a line without end', { timeout: MINUTE_MS }, async () => {
    const entries = (BLOCKS_MAX * 512) / 4;
    const map = `${entries}\n${'1\n2\n'.repeat(entries)}`;

    await expect(readSparseMap(paxHeader(), gnuBlock(), textBlocks(map))).rejects.toThrow(
      'archive/tar: sparse map too long',
    );
    await expect(readSparseMap(paxHeader(), gnuBlock(), textBlocks(''))).rejects.toThrow(
      'archive/tar: sparse map too long',
    );
  });

  it('gives the file the size and the name of the records', async () => {
    const header = paxHeader();
    header.paxRecords = new Map([...header.paxRecords, ['GNU.sparse.name', encodeUtf8('real')]]);

    await readSparseMap(header, gnuBlock(), textBlocks('0\n'));

    expect(header).toMatchObject({ size: 9n, name: encodeUtf8('real') });
  });
});
