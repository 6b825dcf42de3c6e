/**
 * Text as bytes. Go strings are bytes, so every length and every order that Go takes of a string
 * is taken here of its UTF-8 encoding. `TextEncoder` and `TextDecoder` belong to every host.
 */
const ENCODER = new TextEncoder();
const DECODER = new TextDecoder('utf-8', { ignoreBOM: true });
const STRICT_DECODER = new TextDecoder('utf-8', { ignoreBOM: true, fatal: true });

/**
 * Gives the UTF-8 bytes of a text; lone surrogates become U+FFFD.
 *
 * @public
 * @since 0.1.0
 */
export function encodeUtf8(text: string): Uint8Array {
  return ENCODER.encode(text);
}

/**
 * Gives the text of bytes; what is not UTF-8 becomes U+FFFD.
 *
 * @public
 * @since 0.1.0
 */
export function decodeUtf8(bytes: Uint8Array): string {
  return DECODER.decode(bytes);
}

/**
 * Tells whether bytes are well-formed UTF-8.
 *
 * @public
 * @since 0.1.0
 */
export function isUtf8(bytes: Uint8Array): boolean {
  try {
    STRICT_DECODER.decode(bytes);
    return true;
  } catch {
    // The fatal decoder's only answer to malformed input is to throw.
    return false;
  }
}

/**
 * Counts what Go's `len` counts of a string: its UTF-8 bytes.
 *
 * @returns bytes.
 * @public
 * @since 0.1.0
 */
export function utf8ByteLength(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    if (unit < 0x800) bytes += 1;
    else if (isSurrogatePairAt(text, i)) {
      bytes += 2;
      i += 1;
    } else bytes += 2;
  }
  return bytes;
}

/**
 * Orders two byte strings as Go's `<` does: by unsigned byte, a prefix first.
 *
 * @returns negative, zero or positive.
 * @public
 * @since 0.1.0
 */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/**
 * Tells whether two byte strings are equal.
 *
 * @public
 * @since 0.1.0
 */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && compareBytes(a, b) === 0;
}

/**
 * Joins byte strings.
 *
 * @public
 * @since 0.1.0
 */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

function isSurrogatePairAt(text: string, at: number): boolean {
  const high = text.charCodeAt(at);
  const low = text.charCodeAt(at + 1);
  return high >= 0xd800 && high < 0xdc00 && low >= 0xdc00 && low < 0xe000;
}
