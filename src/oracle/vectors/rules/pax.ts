import { z } from 'zod';
import { decodeByteText, encodeByteText } from '../../../domain/diffs/tar/byte-text.js';
import { formatPaxRecord, parsePaxRecord } from '../../../domain/diffs/tar/pax-record.js';
import { formatPaxTime, parsePaxTime } from '../../../domain/diffs/tar/pax-time.js';
import { type RuleGroup, ruleFunction } from '../rule-group.js';
import { bytesOf, fromBase64, toBase64, told } from './alphabet.js';

const MOMENT = z.strictObject({ seconds: z.string(), nanoseconds: z.int() });
const RECORD = z.strictObject({ key: z.string(), value: z.string(), end: z.int() });

/** Lengths at which a record’s own length gets a digit more. */
const LENGTHS = [0, 1, 2, 3, 4, 5, 6, 90, 91, 92, 93, 94, 95, 990, 991, 992, 993, 994] as const;

const RECORDS = [
  '6 k=v\n',
  '6 k=v\nrest',
  '5 k=v\n',
  '7 k=v\n',
  '06 k=v\n',
  '+6 k=v\n',
  '-6 k=v\n',
  '5 k=\n',
  '6 k=v',
  'k=v\n',
  '',
  ' ',
  '4 =\n',
  '5 =v\n',
  '6 kxv\n',
  '8 k=a=b\n',
  '9 path=\0\n',
  '6 \0=v\n',
  '10 path=a\n',
  '0 k=v\n',
  '1 k=v\n',
  '2 \n',
  '3 =\n',
  '99999999999999999999 k=v\n',
  '1e1 k=v\n',
  '  6 k=v\n',
  '6	k=v\n',
  '00000000000000000000000000006 k=v\n',
  '8 k=ÿþ\n',
  '7 k=\n\n\n',
] as const;

const TIMES = [
  '0',
  '1',
  '-1',
  '1.5',
  '-1.5',
  '1.',
  '-1.',
  '.5',
  '',
  '.',
  '-',
  '1.000000001',
  '1.0000000001',
  '1.999999999999',
  '-0.5',
  '-0',
  '+1',
  '1e3',
  '1.5.5',
  '1.-5',
  ' 1',
  '1 ',
  '9223372036854775807',
  '9223372036854775808',
  '-9223372036854775808',
  '-9223372036854775808.5',
  '01',
  '1.50',
  'x',
  '1.x',
] as const;

const MOMENTS = [
  ['0', 0],
  ['1', 500_000_000],
  ['1', 1],
  ['1', 999_999_999],
  ['-1', 0],
  ['-1', 500_000_000],
  ['-2', 250_000_000],
  ['-1', 999_999_999],
  ['0', 100],
  ['1569300000', 123_456_789],
  ['9223372036854775807', 1],
] as const;

/** Records and times of PAX headers. */
export const PAX: RuleGroup = {
  rule: 'pax',
  source: 'Go archive/tar strconv.go',
  functions: [
    ruleFunction({
      name: 'formatPAXRecord',
      source: 'Go archive/tar strconv.go formatPAXRecord',
      why: 'A record’s length counts its own digits',
      input: z.strictObject({ key: z.string(), value: z.string() }),
      value: z.string(),
      run: ({ key, value }) =>
        toBase64(formatPaxRecord(decodeByteText(fromBase64(key)), fromBase64(value))),
      *cases() {
        for (const length of LENGTHS) {
          const input = {
            key: toBase64(bytesOf('k')),
            value: toBase64(bytesOf('v'.repeat(length))),
          };
          yield { input, comment: `a value of ${length} bytes`, flags: ['needs-bytes'] };
        }
        const input = { key: toBase64(bytesOf('\xc3\xa4')), value: toBase64(bytesOf('\xff\n=')) };
        yield {
          input,
          comment: 'a key with umlauts, a value that is no text',
          flags: ['needs-bytes'],
        };
      },
    }),
    ruleFunction({
      name: 'parsePAXRecord',
      source: 'Go archive/tar strconv.go parsePAXRecord',
      why: 'The length says where a record ends, and a newline has to be there; null is malformed',
      input: z.strictObject({ data: z.string() }),
      value: RECORD.nullable(),
      run: ({ data }) => {
        const record = parsePaxRecord(fromBase64(data), 0);
        if (record === undefined) return null;
        const { key, value, end } = record;
        return { key: toBase64(encodeByteText(key)), value: toBase64(value), end };
      },
      *cases() {
        for (const record of RECORDS) {
          const input = { data: toBase64(bytesOf(record)) };
          yield { input, comment: told(record), flags: ['needs-bytes'] };
        }
      },
    }),
    ruleFunction({
      name: 'formatPAXTime',
      source: 'Go archive/tar strconv.go formatPAXTime',
      why: 'Before 1970 the fraction counts backwards; zeros at its end go',
      input: MOMENT,
      value: z.string(),
      run: ({ seconds, nanoseconds }) => formatPaxTime({ seconds: BigInt(seconds), nanoseconds }),
      *cases() {
        for (const [seconds, nanoseconds] of MOMENTS) {
          const input = { seconds, nanoseconds };
          yield { input, comment: `${seconds} seconds, ${nanoseconds} nanoseconds` };
        }
      },
    }),
    ruleFunction({
      name: 'parsePAXTime',
      source: 'Go archive/tar strconv.go parsePAXTime',
      why: 'Digits beyond the ninth are cut, not rounded; null is malformed',
      input: z.strictObject({ text: z.string() }),
      value: MOMENT.nullable(),
      run: ({ text }) => {
        const time = parsePaxTime(text);
        if (time === undefined) return null;
        return { seconds: time.seconds.toString(), nanoseconds: time.nanoseconds };
      },
      *cases() {
        for (const text of TIMES) yield { input: { text }, comment: told(text) };
      },
    }),
  ],
};
