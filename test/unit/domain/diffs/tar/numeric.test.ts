// Establishes how numeric fields of a header block are read and written, by chosen fields.
import { describe, expect, it } from 'vitest';
import {
  fitsInOctal,
  parseNumeric,
  parseOctal,
  writeOctal,
} from '../../../../../src/domain/diffs/tar/numeric.js';

/** A field in the midst of other bytes, so that reading beyond it shows. */
function around(field: string): { block: Uint8Array; place: readonly [number, number] } {
  const block = new Uint8Array(Buffer.from(`77${field}77`, 'latin1'));
  return { block, place: [2, field.length] };
}

describe('parseOctal', () => {
  it.each([
    ['', 0],
    ['\0\0\0', 0],
    ['   ', 0],
    ['0000644\0', 0o644],
    ['  644 \0', 0o644],
    ['\0 644', 0o644],
    ['64\x004', 0o64],
    ['64\x009', 0o64],
    ['77777777', 0o77777777],
    ['777777777777', 0o777777777777],
  ])('reads %j', (field, value) => {
    const { block, place } = around(field);

    expect(parseOctal(block, place)).toBe(value);
  });

  it.each(['8', '9', '/', '6 4', '-1', '+1', '0x1', '1_0', 'a', '\xb0', '64 \x004'])(
    'refuses %j',
    (field) => {
      const { block, place } = around(field);

      expect(parseOctal(block, place)).toBeUndefined();
    },
  );
});

describe('parseNumeric', () => {
  it.each([
    ['0000000\0', 0n],
    ['0000644\0', 0o644n],
    ['\x80\0\0\0\0\0\x01\x02', 0x102n],
    ['\xff\xff\xff\xff\xff\xff\xff\xff', -1n],
    ['\xff\xff\xff\xff\xff\xff\xff\xfe', -2n],
    ['\xc0\0\0\0\0\0\0\0', -0x4000000000000000n],
    ['\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff', 0x7fffffffffffffffn],
    ['\xff\xff\xff\xff\x80\0\0\0\0\0\0\0', -0x8000000000000000n],
  ])('reads %j', (field, value) => {
    const { block, place } = around(field);

    expect(parseNumeric(block, place)).toBe(value);
  });

  it.each([
    'x',
    '\x80\0\0\0\x80\0\0\0\0\0\0\0',
    '\x80\0\0\x01\0\0\0\0\0\0\0\0',
    '\xff\xff\xff\xff\x7f\xff\xff\xff\xff\xff\xff\xff',
    '\xc0\0\0\0\0\0\0\0\0\0\0\0',
  ])('refuses %j', (field) => {
    const { block, place } = around(field);

    expect(parseNumeric(block, place)).toBeUndefined();
  });
});

describe('fitsInOctal', () => {
  it.each([
    [8, 0n, true],
    [8, (1n << 21n) - 1n, true],
    [8, 1n << 21n, false],
    [12, (1n << 33n) - 1n, true],
    [12, 1n << 33n, false],
    [7, (1n << 18n) - 1n, true],
    [7, 1n << 18n, false],
    [12, -1n, false],
    [1, 0n, true],
    [1, 1n, false],
  ])('says of a field of %d bytes and %d: %s', (bytes, value, fits) => {
    expect(fitsInOctal(bytes, value)).toBe(fits);
  });
});

describe('writeOctal', () => {
  it.each([
    [0o644n, '0000644\0'],
    [0n, '0000000\0'],
    [(1n << 21n) - 1n, '7777777\0'],
    [1n << 21n, '0000000\0'],
    [-1n, '0000000\0'],
  ])('writes %d as %j and nothing around it', (value, field) => {
    const block = new Uint8Array(10).fill(0x78);

    writeOctal(block, [1, 8], value);

    expect(Buffer.from(block).toString('latin1')).toBe(`x${field}x`);
  });
});
