import type { ErrnoName } from '../../domain/go/errno.js';
import { inodeError } from '../../domain/union/inode-error.js';
import type { ByteString, NodeKey } from '../../domain/union/volume.js';
import { type Inode, NO_XATTRS } from './inode.js';
import type { InodeTable } from './inode-table.js';

const NAME_MAX = 255;
const VALUE_MAX = 65_536;
/** The head of one attribute on disk, in bytes. */
const HEAD = 16;
const USER = 'user.';
/** What the kernel takes off a file whose content or owner changes. */
const CAPABILITY = 'security.capability';

/**
 * Gives the value of an attribute.
 *
 * @throws InodeError ENODATA where there is none; as a name is refused.
 * @internal
 */
export function readAttribute(inode: Inode, name: ByteString): Uint8Array {
  const value = inode.xattrs.get(name);
  if (value !== undefined) return value.slice();
  checkName(inode, name, 'ENODATA');
  throw inodeError('ENODATA');
}

/**
 * Sets an attribute, replacing what there was.
 *
 * @param room - bytes that the attributes of one file may take in all.
 * @throws InodeError E2BIG, ENOSPC; EPERM for `user.` on what is neither file nor directory; as a
 *   name is refused.
 * @internal
 */
export function writeAttribute(
  table: InodeTable,
  node: NodeKey,
  name: ByteString,
  value: Uint8Array,
  room: number,
): void {
  const found = table.get(node);
  checkName(found, name, 'EPERM');
  if (value.length > VALUE_MAX) throw inodeError('E2BIG');
  const xattrs = new Map(found.xattrs).set(name, value.slice());
  if (room !== Infinity && bytesOf(xattrs) > room) throw inodeError('ENOSPC');
  replace(table, table.own(node), xattrs);
}

/**
 * Removes an attribute.
 *
 * @throws InodeError ENODATA where there is none; EPERM for `user.` on what is neither file nor
 *   directory; as a name is refused.
 * @internal
 */
export function removeAttribute(table: InodeTable, node: NodeKey, name: ByteString): void {
  const found = table.get(node);
  checkName(found, name, 'EPERM');
  if (!found.xattrs.has(name)) throw inodeError('ENODATA');
  replace(table, table.own(node), without(found.xattrs, name));
}

/**
 * Takes file capabilities off, as the kernel does whoever changes a file.
 *
 * @source Linux security/commoncap.c cap_inode_killpriv
 * @internal
 */
export function dropCapability(inode: Inode): void {
  if (inode.xattrs.has(CAPABILITY)) inode.xattrs = without(inode.xattrs, CAPABILITY);
}

/**
 * Refuses a name that no file of a plain volume can have as root asks: ERANGE for an empty or long
 * one, ENOTSUP for a namespace that is not known, EINVAL for a namespace alone.
 *
 * @source Linux fs/xattr.c xattr_permission, xattr_resolve_name
 */
function checkName(inode: Inode, name: ByteString, notUser: ErrnoName): void {
  if (name === '' || name.length > NAME_MAX) throw inodeError('ERANGE');
  const namespace = namespaceOf(name);
  if (namespace === undefined) throw inodeError('ENOTSUP');
  if (namespace === USER && !inode.isRegular() && !inode.isDirectory()) throw inodeError(notUser);
  if (name === namespace) throw inodeError('EINVAL');
}

function namespaceOf(name: ByteString): ByteString | undefined {
  if (name.startsWith('trusted.')) return 'trusted.';
  if (name.startsWith(USER)) return USER;
  return name.startsWith('security.') ? 'security.' : undefined;
}

function replace(
  table: InodeTable,
  inode: Inode,
  xattrs: ReadonlyMap<ByteString, Uint8Array>,
): void {
  inode.xattrs = xattrs;
  inode.ctime = table.clock.tick();
}

function without(
  xattrs: ReadonlyMap<ByteString, Uint8Array>,
  name: ByteString,
): ReadonlyMap<ByteString, Uint8Array> {
  if (xattrs.size === 1) return NO_XATTRS;
  const kept = new Map(xattrs);
  kept.delete(name);
  return kept;
}

/** Counts what attributes take on disk: heads, names without namespaces, values, all aligned. */
function bytesOf(xattrs: ReadonlyMap<ByteString, Uint8Array>): number {
  let bytes = 0;
  for (const [name, { length }] of xattrs) {
    bytes += HEAD + aligned(name.length - name.indexOf('.') - 1) + aligned(length);
  }
  return bytes;
}

function aligned(bytes: number): number {
  return (bytes + 3) & ~3;
}
