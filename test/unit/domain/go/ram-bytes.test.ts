// Establishes that sizes are read as go-units reads them, by the reference's examples and answers
// recorded from Go.
import { describe, expect, it } from 'vitest';
import { GraphDriverError } from '../../../../src/domain/errors.js';
import {
  InvalidSizeError,
  ramInBytes,
  ramInBytesChecked,
} from '../../../../src/domain/go/ram-bytes.js';
import { GoNumError } from '../../../../src/domain/go/strconv.js';
import { answersOf, goAnswers } from '../../../helpers/go-answers.js';

const READERS = [ramInBytes, ramInBytesChecked];

describe.each(READERS)('%o', (read) => {
  it.each([
    ['1', 1n],
    ['1b', 1n],
    ['1i', 1n],
    ['1ib', 1n],
    ['1IB', 1n],
    ['1 ', 1n],
    ['1k', 1024n],
    ['1K', 1024n],
    ['1kb', 1024n],
    ['1KiB', 1024n],
    ['1 k', 1024n],
    ['007', 7n],
    ['0', 0n],
    ['1.5k', 1536n],
    ['1.5', 1n],
    ['2.9', 2n],
    ['1m', 1024n ** 2n],
    ['1M', 1024n ** 2n],
    ['1g', 1024n ** 3n],
    ['1G', 1024n ** 3n],
    ['1.0000000000000000001g', 1073741824n],
    ['10tb', 10995116277760n],
    ['10TB', 10995116277760n],
    ['1p', 1024n ** 5n],
    ['8191p', 9222246136947933184n],
    ['8191P', 9222246136947933184n],
  ])('reads %j as %s bytes', (text, bytes) => {
    expect(read(text)).toBe(bytes);
  });

  it.each([
    '',
    '.5k',
    '1.',
    '1e3',
    '0x10',
    '+1',
    '-1',
    ' 1',
    '1  k',
    '1kk',
    '1E',
    '1\n',
    'k',
    '1bi',
    '1 kb ',
    '0=1',
    'x1',
    '1x',
  ])('refuses %j', (text) => {
    expect(() => read(text)).toThrow(new InvalidSizeError(text));
  });

  it('refuses two dots in the number as Go reads floats', () => {
    expect(() => read('1.2.3k')).toThrow(new GoNumError('ParseFloat', '1.2.3', 'invalid syntax'));
  });

  it('finds 310 nines out of range', () => {
    const nines = '9'.repeat(310);

    expect(() => read(nines)).toThrow(new GoNumError('ParseFloat', nines, 'value out of range'));
  });
});

const BEYOND = ['8192p', '9223372036854775808', '99999999999999999999', `${'9'.repeat(308)}p`];

describe('a size beyond 2^63 (Q-49)', () => {
  it.each(BEYOND)('wraps to the least int64 in ramInBytes: %s', (text) => {
    expect(ramInBytes(text)).toBe(-(2n ** 63n));
  });

  it.each(BEYOND)('is refused by ramInBytesChecked: %s', (text) => {
    expect(() => ramInBytesChecked(text)).toThrow(new InvalidSizeError(text));
  });
});

describe('ramInBytes', () => {
  it('answers recorded inputs as Go does', () => {
    const recorded = goAnswers('ramInBytes');

    expect(answersOf(recorded, (text) => ramInBytes(text).toString())).toStrictEqual(recorded);
  });
});

describe('InvalidSizeError', () => {
  it("carries the text in go-units' words", () => {
    const error = new InvalidSizeError('0=1');

    expect(error).toBeInstanceOf(GraphDriverError);
    expect(error).toMatchObject({
      message: "invalid size: '0=1'",
      code: 'size',
      name: 'InvalidSizeError',
      text: '0=1',
    });
  });
});
