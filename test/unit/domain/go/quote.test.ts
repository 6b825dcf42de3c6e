// Establishes that %q and its inverse are Go's, by chosen examples and recorded answers of Go.
import { describe, expect, it } from 'vitest';
import { GraphDriverError } from '../../../../src/domain/errors.js';
import { goQuote, GoSyntaxError, goUnquote } from '../../../../src/domain/go/quote.js';
import { answersOf, goAnswers } from '../../../helpers/go-answers.js';

describe('goQuote', () => {
  it.each([
    ['', '""'],
    ['plain text!', '"plain text!"'],
    ["it's #1 [a]~", `"it's #1 [a]~"`],
    ['a"b', String.raw`"a\"b"`],
    ['a\\b', String.raw`"a\\b"`],
    ['\u0007\b\f\n\r\t\v', String.raw`"\a\b\f\n\r\t\v"`],
    ['\0', String.raw`"\x00"`],
    ['\u001b[0m', String.raw`"\x1b[0m"`],
    ['\u001f', String.raw`"\x1f"`],
    ['\u007f', String.raw`"\x7f"`],
    ['\u0080', String.raw`"\u0080"`],
    ['é', '"é"'],
    ['日本語 Ω', '"日本語 Ω"'],
    ['😀', '"😀"'],
    ['\u00a0', String.raw`"\u00a0"`],
    ['\u00ad', String.raw`"\u00ad"`],
    ['\u200b', String.raw`"\u200b"`],
    ['\ufeff', String.raw`"\ufeff"`],
    ['\uffff', String.raw`"\uffff"`],
    ['\u{10000}', '"\u{10000}"'],
    ['\u{1000c}', String.raw`"\U0001000c"`],
    ['\u{e0001}', String.raw`"\U000e0001"`],
    ['\u{10ffff}', String.raw`"\U0010ffff"`],
    ['\ufffd', '"\ufffd"'],
  ])('quotes %j as %j', (text, quoted) => {
    expect(goQuote(text)).toBe(quoted);
  });

  it.each(['\ud800', '\udbff', '\udc00', '\udfff'])(
    'prints the lone surrogate %j as U+FFFD',
    (lone) => {
      expect(goQuote(`a${lone}b`)).toBe('"a\ufffdb"');
    },
  );

  it('leaves a letter of a Unicode version escaped that Go does not know', () => {
    expect(goQuote('\u{1df00}')).toBe(String.raw`"\U0001df00"`);
  });

  it('answers recorded inputs as Go does', () => {
    const recorded = goAnswers('goQuote');

    expect(answersOf(recorded, goQuote)).toStrictEqual(recorded);
  });
});

describe('goUnquote', () => {
  it.each([
    ['""', ''],
    ['"a b"', 'a b'],
    [`"it's"`, "it's"],
    [String.raw`"\a\b\f\n\r\t\v"`, '\u0007\b\f\n\r\t\v'],
    [String.raw`"\\ \""`, '\\ "'],
    [String.raw`"\040\011\012\134"`, ' \t\n\\'],
    [String.raw`"\303\251"`, 'é'],
    [String.raw`"\xc3\xA9"`, 'é'],
    [String.raw`"\u00e9\u65E5"`, 'é日'],
    [String.raw`"\U0001F600"`, '😀'],
    [String.raw`"\U0010ffff"`, '\u{10ffff}'],
    [String.raw`"\ud7ff\ue000"`, '\ud7ff\ue000'],
    [String.raw`"é\x41😀\x42"`, 'éA😀B'],
    [String.raw`"\0401"`, ' 1'],
    [String.raw`"\x411"`, 'A1'],
    [String.raw`"\377"`, '\ufffd'],
    ["'a'", 'a'],
    ["'é'", 'é'],
    [String.raw`'\''`, "'"],
    [`'"'`, '"'],
    [String.raw`'\n'`, '\n'],
    ["''", ''],
    ['`a\\n"b`', 'a\\n"b'],
    ['`a\r\nb\r`', 'a\nb'],
    ['``', ''],
  ])('reads %j as %j', (literal, text) => {
    expect(goUnquote(literal)).toBe(text);
  });

  it.each([
    '',
    '"',
    "'",
    '`',
    'a',
    'aa',
    '"a',
    'a"',
    '"a\'',
    '"a"b"',
    '"a\nb"',
    '"a\\',
    '"a\\"',
    String.raw`"\q"`,
    String.raw`"\'"`,
    String.raw`'\"'`,
    String.raw`"\x4"`,
    String.raw`"\xg0"`,
    String.raw`"\u00e"`,
    String.raw`"\U0001F60"`,
    String.raw`"\U00110000"`,
    String.raw`"\ud800"`,
    String.raw`"\udfff"`,
    String.raw`"\400"`,
    String.raw`"\08"`,
    String.raw`"\8"`,
    String.raw`"\07"`,
    String.raw`"\A"`,
    "'ab'",
    "'\n'",
    "'a",
    "'''",
    '`a`b`',
  ])('refuses %j', (literal) => {
    expect(() => goUnquote(literal)).toThrow(new GoSyntaxError());
  });

  it('answers recorded inputs as Go does', () => {
    const recorded = goAnswers('goUnquote');

    expect(answersOf(recorded, goUnquote)).toStrictEqual(recorded);
  });
});

describe('GoSyntaxError', () => {
  it("carries Go's text and a code of its own", () => {
    const error = new GoSyntaxError();

    expect(error).toBeInstanceOf(GraphDriverError);
    expect(error).toMatchObject({
      message: 'invalid syntax',
      code: 'syntax',
      name: 'GoSyntaxError',
    });
  });
});
