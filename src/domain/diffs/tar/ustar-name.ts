import { isAscii } from './write-block.js';

const NAME_BYTES = 100;
const PREFIX_BYTES = 155;
const SLASH = 0x2f;

/**
 * Splits a long name at a slash into ustar's prefix and name fields, as far right as the prefix
 * allows.
 *
 * @returns the parts without the slash between them, or undefined when the name is short enough,
 * is not ASCII, or has no fitting slash.
 * @source Go 1.13 archive/tar splitUSTARPath
 * @internal
 */
export function splitUstarName(
  name: Uint8Array,
): { readonly prefix: Uint8Array; readonly suffix: Uint8Array } | undefined {
  if (name.length <= NAME_BYTES || !isAscii(name)) return undefined;
  const at = name.lastIndexOf(SLASH, lastSplit(name));
  const suffix = name.subarray(at + 1);
  if (at <= 0 || suffix.length === 0 || suffix.length > NAME_BYTES) return undefined;
  return { prefix: name.subarray(0, at), suffix };
}

/** The last place where a splitting slash may stand; one at the very end does not split. */
function lastSplit(name: Uint8Array): number {
  if (name.length > PREFIX_BYTES + 1) return PREFIX_BYTES;
  return name.at(-1) === SLASH ? name.length - 2 : name.length - 1;
}
