// Establishes how single PAX records are read, written and judged, by chosen records.
import { describe, expect, it } from 'vitest';
import {
  formatPaxRecord,
  isValidPaxRecord,
  parsePaxRecord,
} from '../../../../../src/domain/diffs/tar/pax-record.js';
import { encodeUtf8 } from '../../../../../src/domain/utf8.js';

const latin1 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));

describe('parsePaxRecord', () => {
  it.each([
    ['6 a=b\n', 'a', 'b', 6],
    ['5 a=\n', 'a', '', 5],
    ['06 a=\n', 'a', '', 6],
    ['+6 a=\n', 'a', '', 6],
    ['8 a=b=c\n', 'a', 'b=c', 8],
    ['8 a=b\nc\n', 'a', 'b\nc', 8],
    ['6 a=b\n9 next=1\n', 'a', 'b', 6],
    ['7 k=\x00\xff\n', 'k', '\x00\xff', 7],
  ])('reads %j', (text, key, value, end) => {
    expect(parsePaxRecord(latin1(text), 0)).toStrictEqual({ key, value: latin1(value), end });
  });

  it('reads the record at a place', () => {
    expect(parsePaxRecord(latin1('6 a=b\n6 c=d\n'), 6)).toStrictEqual({
      key: 'c',
      value: latin1('d'),
      end: 12,
    });
  });

  it('keeps bytes of a key that are not UTF-8', () => {
    expect(parsePaxRecord(latin1('6 \xff=b\n'), 0)?.key).toBe('\udcff');
  });

  it.each([
    '',
    '6',
    'x a=b\n',
    '-6 a=b\n',
    ' 6 a=b\n',
    '4 a=b\n',
    '5 a=b\n',
    '7 a=b\n',
    '6 a=bX',
    '5 ab\n',
    '5 =b\n',
    '00000005 a=b\n',
    '99999999999999999999 a=b\n',
    '9 a\x00b=cd\n',
    '10 path=a\x00\n',
  ])('refuses %j', (text) => {
    expect(parsePaxRecord(latin1(text), 0)).toBeUndefined();
  });
});

describe('formatPaxRecord', () => {
  it.each([
    ['a', 1, '6 '],
    ['a', 4, '9 '],
    ['a', 5, '11 '],
    ['a', 92, '98 '],
    ['a', 93, '99 '],
    ['a', 94, '101 '],
    ['é', 1, '7 '],
    ['\udcff', 1, '6 '],
  ])('counts the length of %j and %d bytes with its own digits', (key, bytes, lead) => {
    const record = formatPaxRecord(key, new Uint8Array(bytes).fill(0x76));

    expect(Buffer.from(record).toString('latin1')).toMatch(new RegExp(`^${lead}[^ ]+=v+\\n$`));
    expect(record).toHaveLength(Number(lead));
  });
});

describe('isValidPaxRecord', () => {
  it.each([
    ['k', 'v\0', true],
    ['uid', 'v\0', true],
    ['', 'v', false],
    ['a=b', 'v', false],
    ['a\0', 'v', false],
    ['path', 'v', true],
    ['path', 'v\0', false],
    ['linkpath', 'v\0', false],
    ['uname', 'v\0', false],
    ['gname', 'v\0', false],
  ])('says of %j and %j: %s', (key, value, valid) => {
    expect(isValidPaxRecord(key, encodeUtf8(value))).toBe(valid);
  });
});
