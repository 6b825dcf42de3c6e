import { z } from 'zod';
import { decodeUtf8, encodeUtf8, isUtf8 } from '../../domain/utf8.js';
import { bytesOfText, textOfBytes } from '../commands/byte-text.js';
import type { ByteText } from '../commands/operation.js';

/**
 * How names and bytes travel: bytes as base64, a name as a string where its bytes are UTF-8.
 */

/** Any bytes. */
export const BYTES = z.base64().meta({ id: 'bytes', description: 'bytes, as base64' });

/** A path component, a path below a tree or the target of a symlink. */
export const NAME = z.union([z.string(), z.object({ base64: BYTES })]).meta({
  id: 'name',
  description: 'a string where its bytes are UTF-8, else its bytes as base64',
});

/** A name as it travels. */
export type WireName = z.infer<typeof NAME>;

const ASCII = /^[\0-\x7f]*$/;

/**
 * Gives a byte text as base64.
 *
 * @internal
 */
export function toBase64(text: ByteText): string {
  return btoa(text);
}

/**
 * Gives the byte text of base64 that the schema has let through.
 *
 * @internal
 */
export function fromBase64(text: string): ByteText {
  return atob(text);
}

/**
 * Gives a name of bytes as it travels.
 *
 * @internal
 */
export function toWireName(text: ByteText): WireName {
  if (ASCII.test(text)) return text;
  const bytes = bytesOfText(text);
  return isUtf8(bytes) ? decodeUtf8(bytes) : { base64: btoa(text) };
}

/**
 * Gives the bytes of a name, one character for each.
 *
 * @internal
 */
export function fromWireName(name: WireName): ByteText {
  if (typeof name !== 'string') return atob(name.base64);
  return ASCII.test(name) ? name : textOfBytes(encodeUtf8(name));
}

/**
 * Gives a name as a person reads it; what is not UTF-8 becomes U+FFFD.
 *
 * @internal
 */
export function nameAsText(name: WireName): string {
  return typeof name === 'string' ? name : decodeUtf8(bytesOfText(atob(name.base64)));
}
