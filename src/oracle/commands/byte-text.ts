import type { ByteText } from './operation.js';

const CHUNK = 4096;

/**
 * Gives the bytes of a byte text, one for each character.
 *
 * @internal
 */
export function bytesOfText(text: ByteText): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/**
 * Gives bytes as a byte text, one character for each.
 *
 * @internal
 */
export function textOfBytes(bytes: Uint8Array): ByteText {
  if (bytes.length <= CHUNK) return String.fromCharCode(...bytes);
  let text = '';
  for (let i = 0; i < bytes.length; i += CHUNK) {
    text += String.fromCharCode(...bytes.subarray(i, i + CHUNK));
  }
  return text;
}
