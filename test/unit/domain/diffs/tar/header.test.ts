// Establishes which types have data, which records are attributes, and what Go's zero time is.
import { describe, expect, it } from 'vitest';
import {
  isHeaderOnlyType,
  isZeroTime,
  TYPE,
  xattrsOf,
  ZERO_TIME,
} from '../../../../../src/domain/diffs/tar/header.js';

describe('isHeaderOnlyType', () => {
  it('is so for links, devices, directories and fifos alone', () => {
    const headerOnly = Array.from({ length: 256 }, (_, flag) => flag).filter(isHeaderOnlyType);

    expect(String.fromCharCode(...headerOnly)).toBe('123456');
  });
});

describe('xattrsOf', () => {
  it('gives what stands under the prefix, and no empty values', () => {
    const paxRecords = new Map([
      ['path', Uint8Array.of(1)],
      ['SCHILY.xattr.user.a', Uint8Array.of(2)],
      ['SCHILY.xattr.user.empty', new Uint8Array(0)],
      ['LIBARCHIVE.xattr.user.b', Uint8Array.of(3)],
      ['SCHILY.xattr.', Uint8Array.of(4)],
    ]);

    expect(xattrsOf({ paxRecords })).toStrictEqual([
      ['user.a', Uint8Array.of(2)],
      ['', Uint8Array.of(4)],
    ]);
  });
});

describe('isZeroTime', () => {
  it('is so for the start of year 1, to the nanosecond', () => {
    const start = BigInt(Date.parse('0001-01-01T00:00:00Z') / 1000);

    expect(ZERO_TIME).toStrictEqual({ seconds: start, nanoseconds: 0 });
    expect(isZeroTime({ seconds: start, nanoseconds: 0 })).toBe(true);
    expect(isZeroTime({ seconds: start, nanoseconds: 1 })).toBe(false);
    expect(isZeroTime({ seconds: 0n, nanoseconds: 0 })).toBe(false);
  });

  it('has the type flags of the formats', () => {
    expect(String.fromCharCode(...Object.values(TYPE))).toBe('\x0001234567xgSLK');
  });
});
