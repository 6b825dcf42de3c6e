import type { ByteString } from '../../domain/union/volume.js';
import { decodeUtf8, encodeUtf8 } from '../../domain/utf8.js';

/** Anything but the characters that UTF-8 keeps as one byte each. */
const BEYOND_ASCII = /[^\u0000-\u007f]/;
/** Function arguments at a time; engines allow far more. */
const PART = 4096;

/**
 * Gives bytes as a string of one character a byte.
 *
 * @internal
 */
export function toByteString(bytes: Uint8Array): ByteString {
  if (bytes.length <= PART) return charactersOf(bytes);
  let text = '';
  for (let at = 0; at < bytes.length; at += PART) {
    text += charactersOf(bytes.subarray(at, at + PART));
  }
  return text;
}

/**
 * Gives the bytes of a string of one character a byte.
 *
 * @internal
 */
export function fromByteString(text: ByteString): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/**
 * Gives the UTF-8 bytes of a text, one character a byte.
 *
 * @internal
 */
export function encodeText(text: string): ByteString {
  return BEYOND_ASCII.test(text) ? toByteString(encodeUtf8(text)) : text;
}

/**
 * Gives the text that bytes are in UTF-8; what is not UTF-8 becomes U+FFFD.
 *
 * @internal
 */
export function decodeText(bytes: ByteString): string {
  return BEYOND_ASCII.test(bytes) ? decodeUtf8(fromByteString(bytes)) : bytes;
}

/** Without spreading, which would iterate over the bytes and take seven times as long. */
function charactersOf(bytes: Uint8Array): string {
  return Reflect.apply(String.fromCharCode, undefined, bytes);
}
