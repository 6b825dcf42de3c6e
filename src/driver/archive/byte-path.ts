import { goClean } from '../../domain/go/path.js';
import { decodeUtf8 } from '../../domain/utf8.js';

/**
 * Paths of an archive as strings in which every character is one byte. Names need not be UTF-8,
 * yet they have to be cleaned, joined and used as keys, which strings do best; the slash and the
 * dot mean the same in both.
 */
const SLASH = 0x2f;
const DOT = 0x2e;
const BEYOND_ASCII = /[\u0080-\uffff]/;

/**
 * Gives bytes as a byte path.
 *
 * @internal
 */
export function toBytePath(bytes: Uint8Array): string {
  const text = decodeUtf8(bytes);
  // In plain ASCII, which most names are, text and byte path are the same.
  if (text.length === bytes.length && !BEYOND_ASCII.test(text)) return text;
  let path = '';
  for (let i = 0; i < bytes.length; i++) path += String.fromCharCode(bytes[i] as number);
  return path;
}

/**
 * Cleans a path as {@link goClean}, and knows the many that need none at a glance.
 *
 * @internal
 */
export function cleanBytePath(path: string): string {
  let afterSlash = true;
  for (let i = 0; i < path.length; i++) {
    const unit = path.charCodeAt(i);
    // Only a component that starts with a dot or is empty can have to go.
    if (afterSlash && (unit === DOT || unit === SLASH)) return goClean(path);
    afterSlash = unit === SLASH;
  }
  return afterSlash ? goClean(path) : path;
}

/**
 * Gives the bytes of a byte path.
 *
 * @internal
 */
export function fromBytePath(path: string): Uint8Array {
  const bytes = new Uint8Array(path.length);
  for (let i = 0; i < path.length; i++) bytes[i] = path.charCodeAt(i);
  return bytes;
}

/**
 * Gives a byte path as text for messages; what is not UTF-8 becomes U+FFFD.
 *
 * @internal
 */
export function showBytePath(path: string): string {
  return decodeUtf8(fromBytePath(path));
}

/**
 * Gives the directory part of an absolute, cleaned path.
 *
 * @internal
 */
export function parentOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash <= 0 ? '/' : path.slice(0, slash);
}

/**
 * Gives the last component of an absolute, cleaned path; `''` for the root.
 *
 * @internal
 */
export function baseOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/**
 * Gives the path from the root of what an archive calls by a cleaned name.
 *
 * @internal
 */
export function rootedPath(name: string): string {
  // A cleaned name keeps `..` at its start alone, and nothing is above the root.
  const isPlain = !name.startsWith('.') && !name.startsWith('/');
  return isPlain ? `/${name}` : goClean(`/${name}`);
}

/**
 * Joins a component to an absolute, cleaned path.
 *
 * @internal
 */
export function childOf(path: string, name: string): string {
  return path === '/' ? `/${name}` : `${path}/${name}`;
}
