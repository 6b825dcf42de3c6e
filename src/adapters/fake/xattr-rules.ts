import type { ErrnoName } from '../../domain/go/errno.js';
import { inodeError } from '../../domain/union/inode-error.js';
import type { ByteString } from '../../domain/union/volume.js';
import type { Inode } from './inode.js';

const NAME_MAX = 255;
const VALUE_MAX = 65_536;
const NAMESPACES = ['trusted.', 'user.', 'security.'];

/**
 * Refuses a name that no file of a volume can have as root asks: ERANGE for an empty or long one,
 * ENOTSUP for a namespace that is not known, EINVAL for a namespace alone, and for `user.` on what
 * is neither file nor directory the errno that is given.
 *
 * @source Linux fs/xattr.c xattr_permission, xattr_resolve_name
 * @internal
 */
export function checkAttributeName(inode: Inode, name: ByteString, notUser: ErrnoName): void {
  if (name === '' || name.length > NAME_MAX) throw inodeError('ERANGE');
  const namespace = NAMESPACES.find((prefix) => name.startsWith(prefix));
  if (namespace === undefined) throw inodeError('ENOTSUP');
  if (namespace === 'user.' && !inode.isRegular() && !inode.isDirectory()) {
    throw inodeError(notUser);
  }
  if (name === namespace) throw inodeError('EINVAL');
}

/**
 * Refuses attributes that a volume has no room for.
 *
 * @param roomBytes - what one file's attributes may take in all.
 * @internal
 */
export function checkAttributeRoom(
  attributes: ReadonlyMap<ByteString, Uint8Array>,
  value: Uint8Array,
  roomBytes: number,
): void {
  if (value.length > VALUE_MAX) throw inodeError('E2BIG');
  if (roomBytes === Infinity) return;
  let bytes = 0;
  for (const [name, { length }] of attributes) {
    // Each has a head of 16 bytes and a name without its namespace; both parts are aligned.
    bytes += 16 + aligned(name.length - name.indexOf('.') - 1) + aligned(length);
  }
  if (bytes > roomBytes) throw inodeError('ENOSPC');
}

function aligned(bytes: number): number {
  return (bytes + 3) & ~3;
}
