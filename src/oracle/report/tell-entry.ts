import type { TreeEntry } from '../commands/answer.js';

const TEXT_MAX = 160;
const CONTENT_MAX = 60;
const NANO_DIGITS = 9;

/**
 * Tells what a picture of a home has at a path, as a person would.
 *
 * @param entry - a tree entry as JSON, or a mode, an owner and a text.
 * @internal
 */
export function tellEntry(entry: string): string {
  if (!entry.startsWith('{')) return shorten(entry, TEXT_MAX);
  const { type, mode, uid, gid, mtime, ...rest } = JSON.parse(entry) as TreeEntry;
  const { content, target, device, linkOf, xattrs = {} } = rest;
  const parts = [
    type,
    mode.toString(8).padStart(4, '0'),
    `${uid}:${gid}`,
    ...(content === undefined ? [] : [JSON.stringify(shorten(content, CONTENT_MAX))]),
    ...(target === undefined ? [] : [`-> ${shorten(target, CONTENT_MAX)}`]),
    ...(device === undefined ? [] : [`device ${device.join(':')}`]),
    ...(linkOf === undefined ? [] : [`the same file as ${linkOf}`]),
    ...Object.entries(xattrs).map(([name, value]) => `${name}=${JSON.stringify(value)}`),
    `at ${mtime[0]}.${String(mtime[1]).padStart(NANO_DIGITS, '0')}`,
  ];
  return shorten(parts.join(' '), TEXT_MAX + CONTENT_MAX);
}

/**
 * Cuts a text in its middle, and says how long it was.
 *
 * @param lengthMax - characters that stay of it.
 * @internal
 */
export function shorten(text: string, lengthMax: number): string {
  if (text.length <= lengthMax) return text;
  const half = Math.floor(lengthMax / 2);
  return `${text.slice(0, half)} … ${text.slice(-half)} (${text.length} characters)`;
}
