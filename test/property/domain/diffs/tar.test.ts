// Establishes laws of the tar codec: what is written reads back, chunks do not matter, a cut gives
// the entries before it, and bytes of any kind give entries or a TarError, never anything else.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeByteText, encodeByteText } from '../../../../src/domain/diffs/tar/byte-text.js';
import { TYPE, type TarHeader } from '../../../../src/domain/diffs/tar/header.js';
import { formatPaxRecord, parsePaxRecord } from '../../../../src/domain/diffs/tar/pax-record.js';
import { formatPaxTime, parsePaxTime } from '../../../../src/domain/diffs/tar/pax-time.js';
import { areValidSparseEntries, holesBetween } from '../../../../src/domain/diffs/tar/sparse.js';
import { TarError } from '../../../../src/domain/diffs/tar/tar-error.js';
import { TarReader } from '../../../../src/domain/diffs/tar/tar-reader.js';
import {
  encodeHeader,
  endOfArchive,
  paddingLength,
} from '../../../../src/domain/diffs/tar/write-header.js';
import type { Timestamp } from '../../../../src/domain/host/file-stat.js';
import { concatBytes, encodeUtf8, equalBytes } from '../../../../src/domain/utf8.js';
import { assertRoundTrip } from '../../../helpers/laws.js';
import { chunksOf, readOutcome } from '../../../helpers/tar-vectors.js';

interface File {
  readonly header: TarHeader;
  readonly data: Uint8Array;
}

const int64 = fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n });
const smallInt = fc.oneof(
  { weight: 4, arbitrary: fc.bigInt({ min: 0n, max: (1n << 21n) - 1n }) },
  { weight: 1, arbitrary: int64 },
);
const octal = fc.bigInt({ min: 0n, max: (1n << 21n) - 1n });

/** Bytes without NUL: tar cannot hold one in a name. */
const nameBytes = (lengthMax: number): fc.Arbitrary<Uint8Array> =>
  fc.oneof(
    fc.stringMatching(/^[a-zé/]*$/).map((text) => encodeUtf8(text.slice(0, lengthMax))),
    fc.uint8Array({ min: 1, maxLength: lengthMax }),
  );
const userName = nameBytes(40).map(decodeByteText);

/** Any second but the one that Go takes for no time. */
const timestamp: fc.Arbitrary<Timestamp> = fc
  .tuple(
    fc.oneof(fc.bigInt({ min: -(10n ** 11n), max: 10n ** 11n }), int64),
    fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 999_999_999 })),
  )
  .map(([seconds, nanoseconds]) => ({ seconds, nanoseconds }));

const attributes = fc
  .uniqueArray(
    fc.tuple(
      fc.stringMatching(/^[a-z.é]{1,20}$/).map((name) => `SCHILY.xattr.${name}`),
      fc.uint8Array({ minLength: 1, maxLength: 300 }),
    ),
    { selector: ([key]) => key, maxLength: 3 },
  )
  .map((pairs) => new Map(pairs));

const file: fc.Arbitrary<File> = fc
  .record({
    typeflag: fc.constantFrom(TYPE.REG, TYPE.LINK, TYPE.SYMLINK, TYPE.CHAR, TYPE.DIR, TYPE.FIFO),
    name: nameBytes(300).filter((name) => name.at(-1) !== 0x2f),
    linkname: nameBytes(200),
    mode: octal,
    uid: smallInt,
    gid: smallInt,
    uname: userName,
    gname: userName,
    mtime: timestamp,
    devmajor: octal,
    devminor: octal,
    paxRecords: attributes,
    data: fc.uint8Array({ maxLength: 1500 }),
  })
  .map(({ data, ...header }) => {
    const content = header.typeflag === TYPE.REG ? data : new Uint8Array(0);
    return { header: { ...header, size: BigInt(content.length) }, data: content };
  });

function archiveOf(files: readonly File[]): Uint8Array {
  const parts = files.flatMap(({ header, data }) => [
    encodeHeader(header),
    data,
    new Uint8Array(paddingLength(data.length)),
  ]);
  return concatBytes(...parts, endOfArchive());
}

async function filesOf(archive: Uint8Array, chunkBytes: number): Promise<File[]> {
  const reader = new TarReader(chunksOf(archive, chunkBytes));
  const files: File[] = [];
  for (let header = await reader.next(); header; header = await reader.next()) {
    const pieces: Uint8Array[] = [];
    for (let data = await reader.read(); data; data = await reader.read()) {
      pieces.push(data.slice());
    }
    files.push({ header, data: concatBytes(...pieces) });
  }
  return files;
}

/** Only the attributes of the records: what the writer itself adds is told by the header. */
function withoutOwnRecords({ header, data }: File): File {
  const kept = [...header.paxRecords].filter(([key]) => key.startsWith('SCHILY.'));
  const sorted = kept.sort(([a], [b]) => (a < b ? -1 : 1));
  return { header: { ...header, paxRecords: new Map(sorted) }, data };
}

describe('the tar codec', () => {
  it('reads back what it wrote', async () => {
    const chunkSizes = fc.integer({ min: 1, max: 3000 });

    await fc.assert(
      fc.asyncProperty(fc.array(file, { maxLength: 4 }), chunkSizes, async (files, size) => {
        const read = await filesOf(archiveOf(files), size);

        expect(read.map(withoutOwnRecords)).toStrictEqual(files.map(withoutOwnRecords));
      }),
    );
  });

  it('writes whole blocks, and the same for the same header', () => {
    fc.assert(
      fc.property(file, ({ header }) => {
        const encoded = encodeHeader(header);

        expect(encoded.length % 512).toBe(0);
        expect(equalBytes(encoded, encodeHeader({ ...header }))).toBe(true);
      }),
    );
  });

  it('gives the entries before a cut, and an error unless the cut is between them', async () => {
    const cut = fc.nat({ max: 2 ** 20 });

    await fc.assert(
      fc.asyncProperty(fc.array(file, { minLength: 1, maxLength: 3 }), cut, async (files, at) => {
        const archive = archiveOf(files);
        const length = at % archive.length;
        const whole = await readOutcome(archive, 4096);
        const part = await readOutcome(archive.subarray(0, length), 4096);
        const known = whole.entries.slice(0, part.entries.length);

        expect([undefined, 'unexpected EOF']).toContain(part.error);
        expect(part.entries.map(({ header }) => header)).toStrictEqual(
          known.map(({ header }) => header),
        );
        expect(part.error === undefined || length % 512 !== 0 || part.entries.length > 0).toBe(
          true,
        );
      }),
    );
  });

  it('answers bytes of any kind with entries or a TarError, whatever the chunks', async () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 6 });

    await fc.assert(
      fc.asyncProperty(fc.array(file, { maxLength: 3 }), damage, async (files, changes) => {
        const archive = archiveOf(files);
        for (const [at, byte] of changes) archive[at % archive.length] = byte;

        const answers = await Promise.all(
          [1, 512, 100_000].map(async (size) =>
            filesOf(archive, size).catch((error: unknown) => error),
          ),
        );

        for (const answer of answers) {
          expect(Array.isArray(answer) || answer instanceof TarError).toBe(true);
          expect(answer).toStrictEqual(answers[0]);
        }
      }),
    );
  });
});

describe('its parts', () => {
  it('keep every byte of a byte text', () => {
    const bytes = fc.oneof(fc.uint8Array(), fc.string({ unit: 'binary' }).map(encodeUtf8));

    assertRoundTrip(bytes, decodeByteText, encodeByteText);
  });

  it('keep a PAX time', () => {
    assertRoundTrip(timestamp, formatPaxTime, (text) => parsePaxTime(text) as Timestamp);
  });

  it('keep a PAX record', () => {
    const records = fc
      .tuple(fc.stringMatching(/^[a-zé.]{1,30}$/), fc.uint8Array({ maxLength: 1200 }))
      .map(([key, value]) => ({ key: `k${key}`, value }));

    assertRoundTrip(
      records,
      ({ key, value }) => formatPaxRecord(key, value),
      (bytes) => {
        const { key = '', value = bytes, end } = parsePaxRecord(bytes, 0) ?? {};
        expect(end).toBe(bytes.length);
        return { key, value: value.slice() };
      },
    );
  });

  it('turn stretches of data into holes and holes into data', () => {
    const lengths = fc.array(fc.bigInt({ min: 1n, max: 1n << 40n }), { maxLength: 9 });

    fc.assert(
      fc.property(lengths, (runs) => {
        let size = 0n;
        const data = runs.flatMap((length, i) => {
          const offset = size;
          size += length;
          return i % 2 === 1 ? [{ offset, length }] : [];
        });
        const holes = holesBetween(data, size);

        expect(areValidSparseEntries(data, size)).toBe(true);
        expect(areValidSparseEntries(holes, size)).toBe(true);
        expect(holesBetween(holes, size).filter(({ length }) => length > 0n)).toStrictEqual(data);
      }),
    );
  });
});
