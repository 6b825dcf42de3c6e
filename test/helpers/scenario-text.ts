/** How scenarios write bytes as JSON text, and the templates in their strings. */
import { Buffer } from 'node:buffer';
import { isUtf8 } from '../../src/domain/utf8.js';

const BASE64 = 'base64:';
const TEMPLATE = /\{(link|repeat):([^{}:]*)(?::(\d+))?\}/g;

/** Writes bytes as text: themselves where they are UTF-8, else base64. */
export function showBytes(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = buffer.toString('utf8');
  return isUtf8(bytes) && !text.startsWith(BASE64) ? text : BASE64 + buffer.toString('base64');
}

/** The inverse of {@link showBytes}. */
export function readBytes(text: string): Buffer {
  if (!text.startsWith(BASE64)) return Buffer.from(text, 'utf8');
  return Buffer.from(text.slice(BASE64.length), 'base64');
}

/**
 * Fills in the templates: `{repeat:TEXT:N}` is TEXT written N times, `{link:ID}` the content of
 * that layer's link file.
 */
export async function expand(
  text: string,
  readLink: (id: string) => Promise<string>,
): Promise<string> {
  let filled = '';
  let from = 0;
  for (const found of text.matchAll(TEMPLATE)) {
    const [whole, kind, subject = '', count = '0'] = found;
    filled += text.slice(from, found.index);
    filled += kind === 'link' ? await readLink(subject) : subject.repeat(Number(count));
    from = found.index + whole.length;
  }
  return filled + text.slice(from);
}
