/** Establishes which times entries get from their headers, by examples around each bound. */
import { describe, expect, it } from 'vitest';
import type { TarHeader } from '../../../../src/domain/diffs/tar/header.js';
import {
  directoryTimes,
  fileTimes,
  symlinkTimes,
} from '../../../../src/driver/archive/entry-times.js';

const at = (seconds: bigint, nanoseconds = 0) => ({ seconds, nanoseconds });
const header = (mtime: ReturnType<typeof at>, atime?: ReturnType<typeof at>): TarHeader =>
  ({ mtime, ...(atime === undefined ? {} : { atime }) }) as TarHeader;

const EPOCH = at(0n);
const LAST = at(9_223_372_036n, 854_775_807);

describe('a file', () => {
  it.each([
    ['without access time gets its modification time', at(5n, 1), undefined, at(5n, 1)],
    ['keeps a later access time', at(5n), at(5n, 1), at(5n, 1)],
    ['gets no earlier access time', at(5n, 1), at(5n), at(5n, 1)],
  ])('%s', (_what, mtime, atime, expected) => {
    expect(fileTimes(header(mtime, atime))).toEqual({ atime: expected, mtime });
  });

  it('gets 1970 for what the clock cannot tell', () => {
    expect(fileTimes(header(at(-1n, 999_999_999)))).toEqual({ atime: EPOCH, mtime: EPOCH });
    expect(fileTimes(header(EPOCH))).toEqual({ atime: EPOCH, mtime: EPOCH });
    expect(fileTimes(header(LAST))).toEqual({ atime: LAST, mtime: LAST });
    expect(fileTimes(header(at(LAST.seconds, 854_775_808))).mtime).toEqual(EPOCH);
    expect(fileTimes(header(EPOCH, at(LAST.seconds + 1n))).atime).toEqual(EPOCH);
  });
});

describe('a symlink', () => {
  it('keeps times before 1970', () => {
    expect(symlinkTimes(header(at(-5n, 7)))).toEqual({ atime: at(-5n, 7), mtime: at(-5n, 7) });
  });

  it('gets no earlier access time', () => {
    expect(symlinkTimes(header(at(5n), at(4n)))).toEqual({ atime: at(5n), mtime: at(5n) });
  });

  it('wraps where 64 bits of nanoseconds end', () => {
    expect(symlinkTimes(header(at(LAST.seconds, 854_775_808))).mtime).toEqual(
      at(-9_223_372_037n, 145_224_192),
    );
  });
});

describe('a directory', () => {
  it('without access time gets 1970 or its modification time', () => {
    expect(directoryTimes(header(at(5n)), true)).toEqual({ atime: EPOCH, mtime: at(5n) });
    expect(directoryTimes(header(at(5n)), false)).toEqual({ atime: at(5n), mtime: at(5n) });
  });

  it('may be accessed before it was modified', () => {
    expect(directoryTimes(header(at(5n), at(4n)), true).atime).toEqual(at(4n));
  });
});
