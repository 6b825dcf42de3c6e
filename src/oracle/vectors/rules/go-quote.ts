import { z } from 'zod';
import { goQuote, goUnquote } from '../../../domain/go/quote.js';
import { type RuleGroup, ruleFunction } from '../rule-group.js';
import { told } from './alphabet.js';

const ASCII_MAX = 0x7f;

/** Characters beyond ASCII whose quoting no version of Unicode has changed. */
const OTHERS = [
  0x80, 0x85, 0x9f, 0xa0, 0xa1, 0xad, 0xe9, 0xff, 0x100, 0x37e, 0x3a9, 0x5d0, 0x1680, 0x180e,
  0x2000, 0x2003, 0x200b, 0x200d, 0x2028, 0x2029, 0x202e, 0x202f, 0x205f, 0x2060, 0x20ac, 0x3000,
  0x3042, 0x65e5, 0xac00, 0xe000, 0xf8ff, 0xfb01, 0xfdd0, 0xfeff, 0xfffd, 0xffff, 0x10000, 0x1d11e,
  0x1f600, 0x1ffff, 0x20000, 0xe0001, 0xf0000, 0x10ffff,
] as const;

/** Texts as they stand in errors and labels. */
const TEXTS = [
  '',
  'system_u:object_r:svirt_sandbox_file_t:s0:c1,c2',
  'a"b',
  'a\\b',
  'tab\there',
  "it's",
  '`raw`',
  'ä\u0000ö',
  '\u0301a',
  '/var/lib/docker/overlay2/l/ABC',
] as const;

/** Literals, right ones and wrong ones. */
const LITERALS = [
  '""',
  '"a"',
  '"a',
  'a"',
  'a',
  '"',
  '',
  "''",
  "'a'",
  "'ab'",
  "'\\''",
  "'\"'",
  "'\\\"'",
  '"\'"',
  '"\\\'"',
  '"\\""',
  '"""',
  '``',
  '`a\\n`',
  '`a``',
  '`a\r\nb`',
  '"\n"',
  '"\\n"',
  '"\\a\\b\\f\\r\\t\\v\\\\"',
  '"\\x41"',
  '"\\x4"',
  '"\\xff"',
  '"\\xc3\\xa9"',
  '"\\u00e9"',
  '"\\ud800"',
  '"\\u00e"',
  '"\\U0001F600"',
  '"\\U00110000"',
  '"\\101"',
  '"\\0"',
  '"\\08"',
  '"\\377"',
  '"\\400"',
  '"\\z"',
  '"\\"',
  '"a\\040b"',
  '"/mnt/a\\040b\\011c\\012d\\134e"',
  "'ä'",
  "'\\u00e4'",
  '"é日"',
] as const;

/** Go's quoting, which error texts, mount labels and mount tables go through. */
export const GO_QUOTE: RuleGroup = {
  rule: 'go-quote',
  source: 'Go strconv/quote.go',
  functions: [
    ruleFunction({
      name: 'Quote',
      source: 'Go strconv/quote.go Quote; DEL as in Go 1.17 and later',
      why: 'Escapes are Go’s, not JSON’s: \\a, \\v, \\x00, and \\u or \\U for what does not print',
      input: z.strictObject({ text: z.string() }),
      value: z.string(),
      run: ({ text }) => goQuote(text),
      *cases() {
        for (const text of TEXTS) yield { input: { text }, comment: told(text) };
        for (let code = 0; code <= ASCII_MAX; code++) {
          const comment = `the character of number ${code}`;
          yield { input: { text: String.fromCharCode(code) }, comment };
        }
        for (const code of OTHERS) {
          const comment = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
          yield { input: { text: String.fromCodePoint(code) }, comment };
        }
      },
    }),
    ruleFunction({
      name: 'Unquote',
      source: 'Go strconv/quote.go Unquote',
      why: 'A quote of the other kind has no escape, and a literal holds no newline',
      input: z.strictObject({ literal: z.string() }),
      value: z.string(),
      run: ({ literal }) => goUnquote(literal),
      *cases() {
        for (const literal of LITERALS) yield { input: { literal }, comment: told(literal) };
      },
    }),
  ],
};
