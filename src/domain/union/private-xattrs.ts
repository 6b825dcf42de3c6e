import { inodeError } from './inode-error.js';
import type { ByteString, NodeKey, Volume } from './volume.js';

/** What a name has behind the prefix when it was escaped. */
const ESCAPE = 'overlay.';
const NAME_MAX = 255;

/** Names of the union's own attributes, behind the prefix. */
export const PRIVATE = Object.freeze({
  OPAQUE: 'opaque',
  REDIRECT: 'redirect',
  ORIGIN: 'origin',
  IMPURE: 'impure',
  UUID: 'uuid',
  WHITEOUT: 'whiteout',
  UPPER: 'upper',
});

/** What marks are set to. */
export const YES: Uint8Array = new Uint8Array([0x79]);

/**
 * Tells whether an attribute of a layer is the union's own, and neither shown nor copied up.
 *
 * @internal
 */
export function isPrivate(prefix: string, name: ByteString, escapes: boolean): boolean {
  if (!name.startsWith(prefix)) return false;
  return !escapes || !name.startsWith(ESCAPE, prefix.length);
}

/**
 * Gives the name in a layer of an attribute that is asked for through the union.
 *
 * @throws InodeError ENOTSUP for one of the union's own where they cannot be escaped or the name
 *   gets too long; EINVAL for the bare prefix.
 * @source Linux fs/overlayfs/xattrs.c ovl_own_xattr_get, ovl_xattr_escape_name
 * @internal
 */
export function realName(prefix: string, name: ByteString, escapes: boolean): ByteString {
  if (!name.startsWith(prefix)) return name;
  if (name.length === prefix.length) throw inodeError('EINVAL');
  if (!escapes || name.length + ESCAPE.length > NAME_MAX) throw inodeError('ENOTSUP');
  return prefix + ESCAPE + name.slice(prefix.length);
}

/**
 * Gives the names that a listing through the union shows of those in a layer.
 *
 * @source Linux fs/overlayfs/xattrs.c ovl_listxattr
 * @internal
 */
export function shownNames(
  prefix: string,
  names: readonly ByteString[],
  escapes: boolean,
): readonly ByteString[] {
  if (!names.some((name) => name.startsWith(prefix))) return names;
  return names
    .filter((name) => !isPrivate(prefix, name, escapes))
    .map((name) =>
      name.startsWith(prefix) ? prefix + name.slice(prefix.length + ESCAPE.length) : name,
    );
}

/**
 * Gives an attribute of a layer; undefined where there is none, or none can be.
 *
 * @internal
 */
export function readXattr(volume: Volume, node: NodeKey, name: string): Uint8Array | undefined {
  // Asking costs a failure for almost every file; the names are there without one.
  return volume.listxattr(node).includes(name) ? volume.getxattr(node, name) : undefined;
}

/** Tells whether an attribute is a one-letter mark with the given letter. */
export function isMark(value: Uint8Array | undefined, letter: number): boolean {
  return value?.length === 1 && value[0] === letter;
}
