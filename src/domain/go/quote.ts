import { GraphDriverError } from '../errors.js';
import { decodeUtf8, encodeUtf8 } from '../utf8.js';
import { isPrintable } from './printable.js';

/** What needs no escape and is plain ASCII: the common case. */
const PLAIN = /^[ !#-[\]-~]*$/;

/** What the inside of a literal in double quotes is not taken for as it stands. */
const NEEDS_UNQUOTING = /["\\\n]/;

/** Control characters that have a letter, and their letters in the same order. */
const CONTROLS = '\u0007\b\f\n\r\t\v';
const LETTERS = 'abfnrtv';

/** What may follow a backslash. */
const ESCAPE = /^(?:[abfnrtv\\'"]|x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|[0-7]{3})/;

/**
 * Thrown for text that is not a Go literal, and for nothing else; the message is Go's
 * `invalid syntax`.
 *
 * @source Go 1.19 strconv/quote.go ErrSyntax
 * @public
 * @since 0.1.0
 */
export class GoSyntaxError extends GraphDriverError {
  constructor() {
    super('syntax', 'invalid syntax');
  }
}

/**
 * Quotes a text as Go's `%q` does: double quotes, Go's escapes, printable runes as they are.
 *
 * @returns the literal; a lone surrogate counts as U+FFFD.
 * @source Go 1.19 strconv/quote.go Quote
 * @public
 * @since 0.1.0
 */
export function goQuote(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  return `"${Array.from(text, escapeCharacter).join('')}"`;
}

/**
 * Reads a Go literal in double quotes, back quotes or, for one character at most, single quotes.
 *
 * @returns the text; bytes made by escapes that are not UTF-8 become U+FFFD.
 * @throws {@link GoSyntaxError} when the text is no such literal.
 * @source Go 1.19 strconv/quote.go Unquote
 * @public
 * @since 0.1.0
 */
export function goUnquote(literal: string): string {
  const quote = literal.charAt(0);
  if (literal.length < 2 || !literal.endsWith(quote)) throw new GoSyntaxError();
  const inner = literal.slice(1, -1);
  if (quote === '`') return unquoteRaw(inner);
  if (quote !== '"' && quote !== "'") throw new GoSyntaxError();
  if (quote === '"' && !NEEDS_UNQUOTING.test(inner)) return inner;
  const characters = unquoteCharacters(inner, quote);
  // Go takes '' for no character at all.
  if (quote === "'" && characters.length > 1) throw new GoSyntaxError();
  return decodeUtf8(Uint8Array.from(characters.flat()));
}

function escapeCharacter(character: string): string {
  if (character === '"' || character === '\\') return `\\${character}`;
  const letter = CONTROLS.indexOf(character);
  if (letter >= 0) return `\\${LETTERS.charAt(letter)}`;
  const codePoint = codePointOf(character);
  if (isSurrogate(codePoint)) return '\ufffd';
  if (isPrintable(codePoint)) return character;
  // DEPARTURE: DEL is \x7f as in every Go since 1.17, which builds the peers; Go 1.13 has \u007f.
  if (codePoint < 0x80) return `\\x${hex(codePoint, 2)}`;
  return codePoint < 0x10000 ? `\\u${hex(codePoint, 4)}` : `\\U${hex(codePoint, 8)}`;
}

function unquoteRaw(inner: string): string {
  if (inner.includes('`')) throw new GoSyntaxError();
  return inner.replaceAll('\r', '');
}

/** Gives the bytes of each character. */
function unquoteCharacters(inner: string, quote: string): number[][] {
  const characters: number[][] = [];
  let rest = inner;
  while (rest !== '') {
    const character = String.fromCodePoint(codePointOf(rest));
    if (character === quote || character === '\n') throw new GoSyntaxError();
    rest = rest.slice(character.length);
    if (character === '\\') {
      const escape = ESCAPE.exec(rest)?.[0] ?? '';
      characters.push(bytesOfEscape(escape, quote));
      rest = rest.slice(escape.length);
    } else characters.push([...encodeUtf8(character)]);
  }
  return characters;
}

function bytesOfEscape(escape: string, quote: string): number[] {
  const kind = escape.charAt(0);
  switch (kind) {
    case '':
      throw new GoSyntaxError();
    case 'x':
      return [Number.parseInt(escape.slice(1), 16)];
    case 'u':
    case 'U':
      return bytesOfCodePoint(Number.parseInt(escape.slice(1), 16));
    case '\\':
    case quote:
      return [codePointOf(kind)];
    default:
      return [byteOfLetterOrOctal(escape)];
  }
}

function bytesOfCodePoint(codePoint: number): number[] {
  if (codePoint > 0x10ffff || isSurrogate(codePoint)) throw new GoSyntaxError();
  return [...encodeUtf8(String.fromCodePoint(codePoint))];
}

function byteOfLetterOrOctal(escape: string): number {
  const letter = LETTERS.indexOf(escape);
  if (letter >= 0) return CONTROLS.charCodeAt(letter);
  const value = Number.parseInt(escape, 8);
  // The quote that does not enclose the literal has no escape, and gives no number.
  if (Number.isNaN(value) || value > 0xff) throw new GoSyntaxError();
  return value;
}

function codePointOf(text: string): number {
  return text.codePointAt(0) ?? 0;
}

function isSurrogate(codePoint: number): boolean {
  return codePoint >= 0xd800 && codePoint < 0xe000;
}

function hex(codePoint: number, digits: number): string {
  return codePoint.toString(16).padStart(digits, '0');
}
