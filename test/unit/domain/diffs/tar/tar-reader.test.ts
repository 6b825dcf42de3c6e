// Establishes that archives are read as Go's archive/tar reads them: every recorded answer of Go
// (valid, damaged, cut at every byte, at the limits) in chunks of several sizes; and what Go has no
// word for: views, holes, draining, sources that fail.
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { TYPE, type TarHeader } from '../../../../../src/domain/diffs/tar/header.js';
import { TarReader } from '../../../../../src/domain/diffs/tar/tar-reader.js';
import { encodeHeader, endOfArchive } from '../../../../../src/domain/diffs/tar/write-header.js';
import { concatBytes, encodeUtf8 } from '../../../../../src/domain/utf8.js';
import {
  bytesOf,
  chunksOf,
  type CutVector,
  errorOf,
  readOutcome,
  tarVectors,
  type VectorOutcome,
} from '../../../../helpers/tar-vectors.js';

const MINUTE_MS = 60_000;
const CHUNK_SIZES = [37, 511, 512, 513, 1000];

/** Leaves out what is undefined, as JSON does. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

function outcomeAt({ from, outcomes }: CutVector, length: number): VectorOutcome | undefined {
  const last = from.findLast(([start]) => start <= length);
  return last && outcomes[last[1]];
}

function fileHeader(name: string, size: number): TarHeader {
  return {
    typeflag: TYPE.REG,
    name: encodeUtf8(name),
    linkname: new Uint8Array(0),
    size: BigInt(size),
    mode: 0o644n,
    uid: 0n,
    gid: 0n,
    uname: '',
    gname: '',
    mtime: { seconds: 0n, nanoseconds: 0 },
    devmajor: 0n,
    devminor: 0n,
    paxRecords: new Map(),
  };
}

/** A sparse file of format 0.1: the stretches of data as `offset,length,…`. */
function sparseArchive(size: bigint, map: string, data: string): Uint8Array {
  const header = fileHeader('sparse', data.length);
  const numbers = map.split(',').length;
  const records = [
    ['GNU.sparsf.major', '0'],
    ['GNU.sparsf.minor', '1'],
    ['GNU.sparsf.numblocks', String(numbers / 2)],
    ['GNU.sparsf.map', map],
    ['GNU.sparsf.size', String(size)],
  ] as const;
  const paxRecords = new Map(records.map(([key, value]) => [key, encodeUtf8(value)]));
  const head = Buffer.from(encodeHeader({ ...header, paxRecords })).toString('latin1');
  // The writer leaves out sparse records, so they are misspelled until it has written them.
  const spelled = Buffer.from(head.replaceAll('sparsf', 'sparse'), 'latin1');
  return concatBytes(new Uint8Array(spelled), encodeUtf8(data));
}

async function* failing(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
  throw new Error('the source failed');
}

describe('TarReader and Go', () => {
  it('answers every recorded archive as Go does', { timeout: MINUTE_MS }, async () => {
    const vectors = tarVectors('read');
    const differing = [];

    for (const [i, { archive, outcome }] of vectors.entries()) {
      const bytes = bytesOf(archive);
      const chunkBytes = CHUNK_SIZES[i % CHUNK_SIZES.length] ?? 1;
      for (const size of [Math.max(bytes.length, 1), chunkBytes]) {
        const answer = plain(await readOutcome(bytes, size));
        if (!isDeepStrictEqual(answer, outcome)) differing.push({ i, size, answer, outcome });
      }
    }

    expect(vectors.length).toBeGreaterThan(2500);
    expect(differing).toStrictEqual([]);
  });

  it.each([...tarVectors('cuts').entries()])(
    'answers archive %d cut at every byte',
    { timeout: MINUTE_MS },
    async (_, vector) => {
      const bytes = bytesOf(vector.archive);
      const differing = [];

      for (let length = 0; length <= bytes.length; length++) {
        const outcome = outcomeAt(vector, length);
        const answer = plain(await readOutcome(bytes.subarray(0, length), 700));
        if (!isDeepStrictEqual(answer, outcome)) differing.push({ length, answer, outcome });
      }

      expect(bytes.length).toBeGreaterThan(2000);
      expect(differing).toStrictEqual([]);
    },
  );

  it.each([...tarVectors('limits').entries()])(
    'answers archive %d at the limit of extensions',
    { timeout: MINUTE_MS },
    async (_, { archive, outcome }) => {
      expect(plain(await readOutcome(bytesOf(archive), 1 << 16))).toStrictEqual(outcome);
    },
  );
});

describe('TarReader', () => {
  it('gives data as views of the chunk it lies in', async () => {
    const archive = concatBytes(encodeHeader(fileHeader('a', 3)), encodeUtf8('abc'));
    const reader = new TarReader(
      (async function* () {
        yield archive;
      })(),
    );

    await reader.next();
    const data = await reader.read();

    expect(data).toStrictEqual(encodeUtf8('abc'));
    expect(data?.buffer).toBe(archive.buffer);
    expect(await reader.read()).toBeUndefined();
  });

  it('gives no data before the first entry and none after the last', async () => {
    const archive = concatBytes(encodeHeader(fileHeader('a', 0)), endOfArchive());
    const reader = new TarReader(chunksOf(archive, 4096));

    expect(await reader.read()).toBeUndefined();
    expect(await reader.next()).toMatchObject({ name: encodeUtf8('a') });
    expect(await reader.next()).toBeUndefined();
    expect(await reader.read()).toBeUndefined();
    expect(await reader.next()).toBeUndefined();
  });

  it('tells where holes are and how long, without reading them', async () => {
    const huge = 1n << 62n;
    const reader = new TarReader(chunksOf(sparseArchive(huge, '3,2,10,1', 'abc'), 4096));

    const header = await reader.next();
    const runs = [];
    for (let run = await reader.readRun(); run; run = await reader.readRun()) {
      runs.push('data' in run ? Buffer.from(run.data).toString() : run.hole);
    }

    expect(header?.size).toBe(huge);
    expect(header?.holes).toStrictEqual([
      { offset: 0n, length: 3n },
      { offset: 5n, length: 5n },
      { offset: 11n, length: huge - 11n },
    ]);
    expect(runs).toStrictEqual([3n, 'ab', 5n, 'c', huge - 11n]);
  });

  it('reads a large hole as zeros by the piece', async () => {
    const reader = new TarReader(chunksOf(sparseArchive(150_000n, '0,1', 'a'), 4096));

    await reader.next();
    const lengths = [];
    for (let data = await reader.read(); data; data = await reader.read()) {
      lengths.push(data.length);
    }

    expect(lengths).toStrictEqual([1, 65_536, 65_536, 18_927]);
  });

  it('answers every call after an error with that error', async () => {
    const reader = new TarReader(chunksOf(encodeHeader(fileHeader('a', 600)), 4096));

    await reader.next();
    const errors = [await errorOf(() => reader.read())];
    errors.push(await errorOf(() => reader.next()), await errorOf(() => reader.readRun()));

    expect(errors).toStrictEqual(['unexpected EOF', 'unexpected EOF', 'unexpected EOF']);
  });

  it('hands on the error of its source', async () => {
    const reader = new TarReader(failing(encodeHeader(fileHeader('a', 600))));

    await reader.next();

    await expect(reader.read()).rejects.toThrow('the source failed');
    await expect(reader.next()).rejects.toThrow('the source failed');
  });

  it('drains what follows the end of the archive, and after an error too', async () => {
    const asked: string[] = [];
    const source = async function* (...parts: Uint8Array[]): AsyncGenerator<Uint8Array> {
      for (const part of parts) yield part;
      asked.push('to the end');
    };
    const ended = new TarReader(source(endOfArchive(), encodeUtf8('junk'), encodeUtf8('more')));
    const broken = new TarReader(source(encodeUtf8('junk'.repeat(256)), encodeUtf8('more')));

    expect(await ended.next()).toBeUndefined();
    await ended.drain();
    expect(asked).toHaveLength(1);

    await expect(broken.next()).rejects.toThrow('archive/tar: invalid tar header');
    await broken.drain();
    expect(asked).toHaveLength(2);
  });

  it('closes its source once, and not a source that has ended', async () => {
    let closed = 0;
    const source = async function* (): AsyncGenerator<Uint8Array> {
      try {
        yield encodeHeader(fileHeader('a', 0));
        yield endOfArchive();
      } finally {
        closed += 1;
      }
    };
    const reader = new TarReader(source());
    await reader.next();

    await reader.close();
    await reader.close();

    expect(closed).toBe(1);
    expect(await reader.next()).toBeUndefined();
  });

  it('does not allocate what a header merely claims', async () => {
    const claim = { ...fileHeader('x', 0), size: 1n << 32n, typeflag: TYPE.CONTIGUOUS };
    const block = Buffer.from(encodeHeader(claim));
    // A contiguous file with that size is turned into a PAX header; the checksum follows.
    const sum = Number.parseInt(block.toString('latin1', 148, 154), 8);
    block[156] = TYPE.PAX;
    block.write((sum + TYPE.PAX - TYPE.CONTIGUOUS).toString(8).padStart(6, '0'), 148, 'latin1');
    const before = process.memoryUsage().arrayBuffers;

    const reader = new TarReader(chunksOf(concatBytes(block, new Uint8Array(3 << 20)), 1 << 20));

    await expect(reader.next()).rejects.toThrow('archive/tar: header field too long');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 << 20);
  });
});
