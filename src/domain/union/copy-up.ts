import { FILE_TYPE } from '../host/file-type.js';
import { InodeError, inodeError } from './inode-error.js';
import { markImpure, setOrigin } from './origin.js';
import { isPrivate } from './private-xattrs.js';
import { discardTemporary, makeTemporary } from './temporary.js';
import type { Union } from './union.js';
import type { LowerPart, UnionNode } from './union-node.js';
import type { NewNode, NodeKey, Volume } from './volume.js';

/** Bytes that are copied at a time. */
const CHUNK_BYTES = 64 * 1024;
/** Attributes that no copy may lose. */
const MUST_COPY = /^(security\.|system\.posix_acl_)/;

/**
 * Makes sure that a node has an upper part, and gives the node: what only layers below have is
 * copied, with the directories above it, and looks the same afterwards.
 *
 * @throws InodeError as the calls on the upper layer fail; then nothing shows a difference.
 * @source Linux fs/overlayfs/copy_up.c ovl_copy_up_flags
 * @internal
 */
export function copyUp(union: Union, key: NodeKey): UnionNode & { readonly upper: NodeKey } {
  const node = union.nodes.get(key);
  if (node.upper === undefined) {
    union.checkWritable();
    const parent = copyUp(union, node.parent);
    copyOne(union, parent, node);
  }
  return union.nodes.own(key) as UnionNode & { readonly upper: NodeKey };
}

/** @source Linux fs/overlayfs/copy_up.c ovl_do_copy_up */
function copyOne(
  union: Union,
  parent: UnionNode & { readonly upper: NodeKey },
  node: UnionNode,
): void {
  const upper = union.upperVolume;
  const lower = node.lowers[0] as LowerPart;
  const stat = union.volume(lower.layer).attributes(lower.node);
  // The copy must not show on the directory it is put into.
  const { atime, mtime } = upper.attributes(parent.upper);
  const isRegular = (stat.mode & FILE_TYPE.MASK) === FILE_TYPE.REGULAR;
  markImpure(union, parent);
  // A file without a name is linked into place, all else is moved over what somebody put there.
  const isKept = isRegular || union.parts.rules.copyUpRefusesTaken;
  if (isKept && upper.lookup(parent.upper, node.name) !== undefined) throw inodeError('EEXIST');
  const temporary = makeTemporary(union, describe(union, lower));
  try {
    if (isRegular) copyBytes(union, lower, temporary.node);
    copyXattrs(union, lower, temporary.node);
    // Of several names below only one becomes this file.
    if (node.isDirectory || stat.nlink === 1) setOrigin(union, temporary.node, lower);
    upper.change(temporary.node, { atime: stat.atime, mtime: stat.mtime });
    upper.rename(union.work, temporary.name, parent.upper, node.name);
  } catch (error) {
    discardTemporary(union, temporary, node.isDirectory);
    throw error;
  }
  upper.change(parent.upper, { atime, mtime });
  upper.hold(temporary.node);
  const own = union.nodes.own(node.key);
  union.nodes.setUpper(own, temporary.node);
  if (node.isDirectory) own.listsMerged = true;
}

function describe(union: Union, { layer, node }: LowerPart): NewNode {
  const volume = union.volume(layer);
  const { mode, uid, gid, rdevMajor, rdevMinor } = volume.attributes(node);
  if ((mode & FILE_TYPE.MASK) === FILE_TYPE.SYMLINK) {
    return { mode, uid, gid, target: volume.readlink(node) };
  }
  return { mode, uid, gid, rdevMajor, rdevMinor };
}

/** Copies bytes; what is nothing but zero bytes stays a hole. */
function copyBytes(union: Union, { layer, node }: LowerPart, to: NodeKey): void {
  const { volume, node: from } = union.volume(layer).open(node, false);
  const source = union.parts.find(volume);
  const size = Number(source.attributes(from).size);
  if (size === 0) return;
  const upper = union.upperVolume;
  const buffer = new Uint8Array(Math.min(CHUNK_BYTES, size));
  for (let at = 0; at < size;) {
    const length = source.read(from, at, buffer);
    if (length === 0) break;
    const bytes = buffer.subarray(0, length);
    if (bytes.some((byte) => byte !== 0)) writeAll(upper, to, at, bytes);
    at += length;
  }
  if (Number(upper.attributes(to).size) < size) upper.change(to, { size });
}

function writeAll(volume: Volume, node: NodeKey, position: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) {
    done += volume.write(node, position + done, bytes.subarray(done));
  }
}

/** @source Linux fs/overlayfs/copy_up.c ovl_copy_xattr */
function copyXattrs(union: Union, { layer, node }: LowerPart, to: NodeKey): void {
  const volume = union.volume(layer);
  const names = volume.listxattr(node);
  if (names.length === 0) return;
  const { rules, settings } = union.parts;
  for (const name of names) {
    const isOwn = isPrivate(settings.xattrPrefix, name, rules.escapesXattrs);
    if (isOwn && !rules.copiesPrivateXattrs) continue;
    try {
      union.upperVolume.setxattr(to, name, volume.getxattr(node, name));
    } catch (error) {
      const isUnknown = error instanceof InodeError && error.errnoName === 'ENOTSUP';
      if (!isUnknown || MUST_COPY.test(name)) throw error;
    }
  }
}
