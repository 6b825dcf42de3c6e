import { decodeUtf8, encodeUtf8, isUtf8 } from '../../utf8.js';

/**
 * Byte texts: Go keeps user names and PAX keys as bytes, and they need not be UTF-8. Here they are
 * strings in which a byte that belongs to no UTF-8 sequence is the lone surrogate U+DC00 plus the
 * byte, as in Python's `surrogateescape`. So ordinary names read as text, and no byte is lost.
 */
const ESCAPE_BASE = 0xdc00;
const ESCAPE_FIRST = 0xdc80;
const ESCAPE_LAST = 0xdcff;
/** User names are short; beyond this the coder is faster than a loop over characters. */
const SHORT_MAX = 64;
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * Gives bytes as a byte text.
 *
 * @returns the text; each byte outside well-formed UTF-8 becomes U+DC80 … U+DCFF.
 * @public
 * @since 0.1.0
 */
export function decodeByteText(bytes: Uint8Array): string {
  const ascii = decodeAscii(bytes);
  if (ascii !== undefined) return ascii;
  if (isUtf8(bytes)) return decodeUtf8(bytes);
  let text = '';
  for (const part of splitUtf8(bytes)) {
    text += typeof part === 'number' ? String.fromCharCode(ESCAPE_BASE + part) : part;
  }
  return text;
}

/**
 * Gives the bytes of a byte text.
 *
 * @returns what {@link decodeByteText} was given; other lone surrogates become U+FFFD.
 * @public
 * @since 0.1.0
 */
export function encodeByteText(text: string): Uint8Array {
  const ascii = encodeAscii(text);
  if (ascii !== undefined) return ascii;
  if (!LONE_SURROGATE.test(text)) return encodeUtf8(text);
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.charCodeAt(0);
    const escaped = character.length === 1 && code >= ESCAPE_FIRST && code <= ESCAPE_LAST;
    if (escaped) bytes.push(code - ESCAPE_BASE);
    else bytes.push(...encodeUtf8(character));
  }
  return Uint8Array.from(bytes);
}

/**
 * Splits bytes into well-formed text and the bytes between that belong to no UTF-8 sequence.
 *
 * @internal
 */
export function* splitUtf8(bytes: Uint8Array): Generator<string | number> {
  let start = 0;
  let at = 0;
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at);
    if (length > 0) {
      at += length;
      continue;
    }
    if (at > start) yield decodeUtf8(bytes.subarray(start, at));
    yield bytes[at] as number;
    at += 1;
    start = at;
  }
  if (at > start) yield decodeUtf8(bytes.subarray(start, at));
}

function encodeAscii(text: string): Uint8Array | undefined {
  if (text.length > SHORT_MAX) return undefined;
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0x80) return undefined;
    bytes[i] = unit;
  }
  return bytes;
}

function decodeAscii(bytes: Uint8Array): string | undefined {
  if (bytes.length > SHORT_MAX) return undefined;
  let text = '';
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] as number;
    if (byte >= 0x80) return undefined;
    text += String.fromCharCode(byte);
  }
  return text;
}

/** Bytes of the UTF-8 sequence at a place, 0 when there is none. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] as number;
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  const [low, high] = secondByteRange(first);
  const second = bytes[at + 1] ?? 0;
  if (second < low || second > high) return 0;
  for (let i = at + 2; i < at + length; i++) if (((bytes[i] ?? 0) & 0xc0) !== 0x80) return 0;
  return length;
}

/** Keeps out overlong forms, surrogates and what lies beyond U+10FFFF. */
function secondByteRange(first: number): readonly [low: number, high: number] {
  if (first === 0xe0) return [0xa0, 0xbf];
  if (first === 0xed) return [0x80, 0x9f];
  if (first === 0xf0) return [0x90, 0xbf];
  return first === 0xf4 ? [0x80, 0x8f] : [0x80, 0xbf];
}
