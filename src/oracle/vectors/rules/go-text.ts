import { z } from 'zod';
import { goToLower } from '../../../domain/go/lower-case.js';
import { scanLines } from '../../../domain/go/lines.js';
import { splitFields, trimSpace } from '../../../domain/go/trim.js';
import { type RuleGroup, ruleFunction } from '../rule-group.js';
import { told } from './alphabet.js';

const TEXT = z.strictObject({ text: z.string() });

/** What Go or JavaScript takes for white space, and what only one of them does. */
const SPACES = [
  0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x20, 0x85, 0xa0, 0x1680, 0x180e, 0x2000, 0x2005, 0x200a, 0x200b,
  0x2028, 0x2029, 0x202f, 0x205f, 0x3000, 0xfeff, 0x00, 0x1f,
] as const;

const LINES = [
  '',
  '\n',
  'a',
  'a\n',
  'a\nb',
  'a\nb\n',
  'a\r\nb\r\n',
  'a\r',
  '\r',
  '\r\n',
  'a\r\r\n',
  '\n\n',
  'a\n\nb',
  '\na',
  'a\rb\n',
  'nodev	overlay\n',
  'a\u2028b',
  'ab',
  'a\fb',
] as const;

/** A line of so many bytes, newline included, is too long for Go's scanner. */
const LINE_BYTES = 65_536;

const WORDS = [
  '',
  'SIZE',
  'Size',
  'OVERLAY2.SIZE',
  'ÄÖ',
  'ΑΣ',
  'ΣΑΣ',
  'İ',
  'I',
  'ı',
  'ß',
  'ẞ',
  'ǅ',
  'K',
  'Å',
  'Ａ',
  'а',
  'Ж',
  'A1-_',
  '日本',
  '😀A',
] as const;

/** Texts as Go takes them apart. */
export const GO_TEXT: RuleGroup = {
  rule: 'go-text',
  source: 'Go strings, bufio',
  functions: [
    ruleFunction({
      name: 'TrimSpace',
      source: 'Go strings/strings.go TrimSpace',
      why: 'White space is Unicode’s White_Space: U+0085 is, U+FEFF is not',
      input: TEXT,
      value: z.string(),
      run: ({ text }) => trimSpace(text),
      *cases() {
        for (const code of SPACES) {
          const space = String.fromCodePoint(code);
          const comment = `U+${code.toString(16)} around and within`;
          yield { input: { text: `${space}a${space}b${space}${space}` }, comment };
        }
        yield { input: { text: '' }, comment: 'nothing' };
        yield { input: { text: ' \t\n' }, comment: 'white space alone' };
      },
    }),
    ruleFunction({
      name: 'Fields',
      source: 'Go strings/strings.go Fields',
      why: 'Runs of white space part fields, and none is empty',
      input: TEXT,
      value: z.array(z.string()),
      run: ({ text }) => splitFields(text),
      *cases() {
        for (const code of SPACES) {
          const space = String.fromCodePoint(code);
          yield {
            input: { text: `a${space}b${space}${space}c` },
            comment: `U+${code.toString(16)}`,
          };
        }
        yield { input: { text: '' }, comment: 'nothing' };
        yield { input: { text: '         0          0 4294967295\n' }, comment: 'a uid_map' };
      },
    }),
    ruleFunction({
      name: 'ToLower',
      source: 'Go strings/strings.go ToLower',
      why: 'Rune by rune: no final sigma, and U+0130 becomes one rune',
      input: TEXT,
      value: z.string(),
      run: ({ text }) => goToLower(text),
      *cases() {
        for (const text of WORDS) yield { input: { text }, comment: told(text) };
      },
    }),
    ruleFunction({
      name: 'ScanLines',
      source: 'Go bufio/scan.go Scanner, ScanLines',
      why: 'One carriage return goes with the newline; a line of 64 KiB ends the scan',
      input: z.strictObject({ text: z.string(), repeated: z.int().optional() }),
      value: z.strictObject({ lines: z.int(), last: z.string().nullable(), tooLong: z.boolean() }),
      run: ({ text, repeated = 0 }) => {
        const { lines, tooLong } = scanLines(text + 'x'.repeat(repeated));
        const last = lines.at(-1)?.slice(0, 80) ?? null;
        return { lines: lines.length, last, tooLong };
      },
      *cases() {
        for (const text of LINES) yield { input: { text }, comment: told(text) };
        for (const off of [-2, -1, 0, 1]) {
          const comment = `a last line of ${LINE_BYTES + off} bytes: "x" comes that often more`;
          yield { input: { text: 'first\n', repeated: LINE_BYTES + off }, comment };
        }
      },
    }),
  ],
};
