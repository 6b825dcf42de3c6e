// Establishes that headers are encoded to the bytes, or refused with the text, of Go's archive/tar:
// every recorded answer of Go, and chosen examples with their bytes spelled out.
import { describe, expect, it } from 'vitest';
import { TYPE, type TarHeader } from '../../../../../src/domain/diffs/tar/header.js';
import { TarError } from '../../../../../src/domain/diffs/tar/tar-error.js';
import {
  encodeHeader,
  endOfArchive,
  paddingLength,
} from '../../../../../src/domain/diffs/tar/write-header.js';
import { encodeUtf8 } from '../../../../../src/domain/utf8.js';
import { bytesOf, errorOf, headerOf, tarVectors } from '../../../../helpers/tar-vectors.js';

const PLAIN: TarHeader = {
  typeflag: TYPE.REG,
  name: encodeUtf8('usr/bin/tool'),
  linkname: new Uint8Array(0),
  size: 3n,
  mode: 0o100644n,
  uid: 7n,
  gid: 8n,
  uname: 'root',
  gname: 'wheel',
  mtime: { seconds: 1569300000n, nanoseconds: 0 },
  devmajor: 0n,
  devminor: 0n,
  paxRecords: new Map(),
};

/** Shows a block's fields, NULs as dots. */
function fieldsOf(block: Uint8Array): string {
  const text = Buffer.from(block).toString('latin1').replaceAll('\0', '.');
  return text.replace(/\.{9,}/g, '…');
}

function blocksOf(bytes: Uint8Array): string[] {
  return Array.from({ length: bytes.length / 512 }, (_, i) =>
    fieldsOf(bytes.subarray(512 * i, 512 * (i + 1))),
  );
}

describe('encodeHeader', () => {
  it('answers every recorded header as Go does', { timeout: 60_000 }, async () => {
    const vectors = tarVectors('write');
    const differing = [];

    for (const { header, bytes, error } of vectors) {
      let encoded: Uint8Array | undefined;
      const text = await errorOf(() => (encoded = encodeHeader(headerOf(header))));
      const same = text === error && Buffer.from(encoded ?? []).equals(bytesOf(bytes));
      if (!same) differing.push({ header, error, text });
    }

    expect(vectors.length).toBeGreaterThan(2500);
    expect(differing).toStrictEqual([]);
  });

  it('writes a plain ustar block where ustar can say everything', () => {
    expect(blocksOf(encodeHeader(PLAIN))).toStrictEqual([
      'usr/bin/tool…0100644.0000007.0000010.00000000003.13542317040.013457. 0…' +
        'ustar.00root…wheel…0000000.0000000…',
    ]);
  });

  it('puts what ustar cannot say into sorted records before the header', () => {
    const header: TarHeader = {
      ...PLAIN,
      name: encodeUtf8('d/é'),
      uid: 2_097_152n,
      paxRecords: new Map([['SCHILY.xattr.user.x', Uint8Array.of(0x01, 0x7e)]]),
    };

    expect(blocksOf(encodeHeader(header))).toStrictEqual([
      'd/PaxHeaders.0…0000000.0000000.0000000.00000000066.00000000000.010371. x…ustar.00…',
      '26 SCHILY.xattr.user.x=\x01~\n13 path=d/\xc3\xa9\n15 uid=2097152\n…',
      'd/…0100644.0000000.0000010.00000000003.13542317040.011414. 0…' +
        'ustar.00root…wheel…0000000.0000000…',
    ]);
  });

  it('splits a long ASCII name at a slash instead of writing a record', () => {
    const name = encodeUtf8(`${'p'.repeat(155)}/${'n'.repeat(100)}`);

    const block = encodeHeader({ ...PLAIN, name });

    expect(block).toHaveLength(512);
    expect(Buffer.from(block.subarray(0, 100)).toString()).toBe('n'.repeat(100));
    expect(Buffer.from(block.subarray(345, 500)).toString()).toBe('p'.repeat(155));
  });

  it('takes more than 1 MiB of records for too long, and 1 MiB not', async () => {
    const withValue = (bytes: number): TarHeader => ({
      ...PLAIN,
      paxRecords: new Map([['k', new Uint8Array(bytes)]]),
    });
    const overhead = '1048576 k=\n'.length;

    expect(encodeHeader(withValue(2 ** 20 - overhead))).toHaveLength(2 ** 20 + 1024);
    expect(await errorOf(() => encodeHeader(withValue(2 ** 20 - overhead + 1)))).toBe(
      'archive/tar: header field too long',
    );
  });

  it('refuses what neither format can say, naming the last such field', () => {
    const header = { ...PLAIN, mode: -1n, devminor: 1n << 21n };

    expect(() => encodeHeader(header)).toThrow(TarError);
    expect(() => encodeHeader(header)).toThrow(
      'archive/tar: cannot encode header: Format specifies PAX; ' +
        'and PAX cannot encode Devminor=2097152',
    );
  });

  it('keeps the link name of a regular file', () => {
    const block = encodeHeader({ ...PLAIN, name: encodeUtf8('.wh.b'), linkname: encodeUtf8('a') });

    expect(fieldsOf(block.subarray(156, 160))).toBe('0a..');
  });
});

describe('what follows data', () => {
  it.each([
    [0n, 0],
    [1n, 511],
    [511n, 1],
    [512n, 0],
    [513n, 511],
    [(1n << 62n) + 3n, 509],
  ])('pads %d bytes with %d', (size, padding) => {
    expect(paddingLength(size)).toBe(padding);
    expect(paddingLength(Number(size % 4096n))).toBe(padding);
  });

  it('ends an archive with two zero blocks', () => {
    expect(endOfArchive()).toStrictEqual(new Uint8Array(1024));
  });
});
