// Establishes that decimals are read as Go's strconv.ParseInt reads them, by chosen numerals.
import { describe, expect, it } from 'vitest';
import { parseInt64 } from '../../../../../src/domain/diffs/tar/decimal.js';

describe('parseInt64', () => {
  it.each([
    ['0', 0n],
    ['-0', 0n],
    ['+7', 7n],
    ['007', 7n],
    [`${'0'.repeat(600)}12`, 12n],
    ['9223372036854775807', 9223372036854775807n],
    ['-9223372036854775808', -9223372036854775808n],
  ])('reads %s', (text, value) => {
    expect(parseInt64(text)).toBe(value);
  });

  it.each([
    '',
    '-',
    '+',
    ' 1',
    '1 ',
    '1\n',
    '--1',
    '1_0',
    '0x1',
    '1.5',
    '1e3',
    '١',
    '9223372036854775808',
    '-9223372036854775809',
    '10000000000000000000',
    '99999999999999999999999',
  ])('refuses %j', (text) => {
    expect(parseInt64(text)).toBeUndefined();
  });
});
