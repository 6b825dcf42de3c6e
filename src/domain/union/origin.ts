import { InodeError } from './inode-error.js';
import { PRIVATE, readXattr, YES } from './private-xattrs.js';
import type { Union } from './union.js';
import type { LowerPart, UnionNode } from './union-node.js';
import type { NodeKey, NodeRef } from './volume.js';

/**
 * File handles as overlayfs stores them: version, magic, length, flags, type, the UUID of the file
 * system, then inode number and generation as ext4 gives them. The UUID of a volume in memory is
 * its id, and generations are 0, since no number is given twice.
 *
 * @source Linux fs/overlayfs/overlayfs.h struct ovl_fb
 */
const HANDLE_BYTES = 29;
const HEAD: readonly number[] = [0x00, 0xfb, HANDLE_BYTES, 0x00, 0x01];
const UUID_AT = 5;
const INODE_AT = 21;
const NO_HANDLE = new Uint8Array(0);

/**
 * Gives the handle of a node; an empty one of a volume that has no handles.
 *
 * @internal
 */
export function encodeHandle(ref: NodeRef, hasHandles: boolean): Uint8Array {
  if (!hasHandles) return NO_HANDLE;
  const handle = new Uint8Array(HANDLE_BYTES);
  handle.set(HEAD);
  const view = new DataView(handle.buffer);
  view.setUint32(UUID_AT, ref.volume);
  view.setUint32(INODE_AT, ref.node, true);
  return handle;
}

/** Gives what a handle stands for; undefined for what is no handle. */
function decodeHandle(handle: Uint8Array): NodeRef | undefined {
  if (handle.length !== HANDLE_BYTES || HEAD.some((byte, i) => handle[i] !== byte)) {
    return undefined;
  }
  const view = new DataView(handle.buffer, handle.byteOffset);
  return { volume: view.getUint32(UUID_AT), node: view.getUint32(INODE_AT, true) };
}

/**
 * Gives the lower file that an upper one was copied from, for its inode number.
 *
 * @source Linux fs/overlayfs/namei.c ovl_check_origin
 * @internal
 */
export function originOf(union: Union, upper: NodeKey): LowerPart | undefined {
  if (!union.parts.rules.marksOrigin) return undefined;
  const value = readXattr(union.upperVolume, upper, union.privateName(PRIVATE.ORIGIN));
  const origin = value === undefined ? undefined : decodeHandle(value);
  if (origin === undefined) return undefined;
  const { lowers } = union.parts;
  const layer = lowers.findIndex(({ volume }) => volume === origin.volume) + 1;
  if (layer === 0 || !union.volume(layer).exists(origin.node)) return undefined;
  return { layer, node: origin.node };
}

/**
 * Writes into an upper node which lower one it was copied from.
 *
 * @source Linux fs/overlayfs/copy_up.c ovl_set_origin_fh
 * @internal
 */
export function setOrigin(union: Union, upper: NodeKey, { layer, node }: LowerPart): void {
  if (!union.parts.rules.marksOrigin) return;
  const hasHandles = union.volume(layer).facts().stackDepth === 0;
  const handle = encodeHandle({ volume: union.layer(layer).volume, node }, hasHandles);
  try {
    union.upperVolume.setxattr(upper, union.privateName(PRIVATE.ORIGIN), handle);
  } catch (error) {
    // Symlinks and devices take no `user.` attribute, and do without.
    if (!(error instanceof InodeError) || error.errnoName !== 'EPERM') throw error;
  }
}

/**
 * Marks a merged upper directory that somebody made without its origin, as a look-up does.
 *
 * @source Linux fs/overlayfs/namei.c ovl_fix_origin
 * @internal
 */
export function mendOrigin(
  union: Union,
  parent: UnionNode,
  upper: NodeKey,
  lower: LowerPart,
): void {
  if (!union.parts.rules.mendsOrigin) return;
  const names = union.upperVolume.listxattr(upper);
  if (names.length > 0 && names.includes(union.privateName(PRIVATE.ORIGIN))) return;
  setOrigin(union, upper, lower);
  markImpure(union, parent);
}

/**
 * Marks an upper directory as holding what was copied up, so that listings look numbers up.
 *
 * @source Linux fs/overlayfs/util.c ovl_set_impure
 * @internal
 */
export function markImpure(union: Union, directory: UnionNode): void {
  if (directory.impure || !union.parts.rules.marksOrigin || directory.upper === undefined) return;
  const { upperVolume } = union;
  if (!isImpure(union, directory.upper)) {
    upperVolume.setxattr(directory.upper, union.privateName(PRIVATE.IMPURE), YES);
  }
  union.nodes.own(directory.key).impure = true;
}

/**
 * Takes the mark away, once a listing has met nothing that was copied up.
 *
 * @source Linux fs/overlayfs/readdir.c ovl_cache_get_impure
 * @internal
 */
export function clearImpure(union: Union, { key, impure, upper }: UnionNode): void {
  if (!impure || upper === undefined) return;
  if (isImpure(union, upper)) {
    union.upperVolume.removexattr(upper, union.privateName(PRIVATE.IMPURE));
  }
  union.nodes.own(key).impure = false;
}

/** Tells whether an upper directory is marked impure. */
export function isImpure(union: Union, upper: NodeKey): boolean {
  const names = union.upperVolume.listxattr(upper);
  return names.length > 0 && names.includes(union.privateName(PRIVATE.IMPURE));
}
