// Establishes how PAX times are read and written, by chosen times on both sides of 1970.
import { describe, expect, it } from 'vitest';
import { formatPaxTime, parsePaxTime } from '../../../../../src/domain/diffs/tar/pax-time.js';

describe('parsePaxTime', () => {
  it.each([
    ['0', 0n, 0],
    ['7.', 7n, 0],
    ['7.25', 7n, 250_000_000],
    ['7.000000001', 7n, 1],
    ['7.1234567899', 7n, 123_456_789],
    ['+7.5', 7n, 500_000_000],
    ['-7', -7n, 0],
    ['-7.0', -7n, 0],
    ['-7.25', -8n, 750_000_000],
    ['-0.5', -1n, 500_000_000],
    ['-9223372036854775808.5', 9223372036854775807n, 500_000_000],
  ])('reads %s', (text, seconds, nanoseconds) => {
    expect(parsePaxTime(text)).toStrictEqual({ seconds, nanoseconds });
  });

  it.each(['', '.5', 'x', '1.x', '1.5x', '1.2.3', '1.-5', '1. 5', '9223372036854775808'])(
    'refuses %j',
    (text) => {
      expect(parsePaxTime(text)).toBeUndefined();
    },
  );
});

describe('formatPaxTime', () => {
  it.each([
    [0n, 0, '0'],
    [-7n, 0, '-7'],
    [7n, 250_000_000, '7.25'],
    [7n, 1, '7.000000001'],
    [7n, 100, '7.0000001'],
    [-8n, 750_000_000, '-7.25'],
    [-1n, 500_000_000, '-0.5'],
    [-1n, 999_999_999, '-0.000000001'],
  ])('writes %d s and %d ns as %s', (seconds, nanoseconds, text) => {
    expect(formatPaxTime({ seconds, nanoseconds })).toBe(text);
  });
});
