import { copyUp } from './copy-up.js';
import { findEntry } from './find-entry.js';
import { inodeError } from './inode-error.js';
import { checkEmpty } from './list-entries.js';
import { showsBelow } from './lower-positive.js';
import { makeWhiteout } from './temporary.js';
import type { Union } from './union.js';
import { ABSENT, type UnionNode } from './union-node.js';
import type { ByteString, NodeKey } from './volume.js';

/** A directory that was copied up. */
type Place = UnionNode & { readonly upper: NodeKey };

/**
 * Removes a name from a directory of a union; where something below would show, a whiteout takes
 * its place.
 *
 * @param isDirectory - whether it is to be a directory, as for `rmdir`.
 * @throws InodeError EROFS, ENOENT, ENOTDIR, EISDIR; ENOTEMPTY of the merged directory; ESTALE
 *   where somebody else changed the upper layer; and as that layer fails.
 * @source Linux fs/overlayfs/dir.c ovl_do_remove
 * @internal
 */
export function removeEntry(
  union: Union,
  directory: NodeKey,
  name: ByteString,
  isDirectory: boolean,
): void {
  union.checkWritable();
  const found = findEntry(union, directory, name);
  if (found <= ABSENT) throw inodeError('ENOENT');
  const node = union.nodes.get(found);
  if (node.isDirectory !== isDirectory) throw inodeError(isDirectory ? 'ENOTDIR' : 'EISDIR');
  const isBelow = showsBelow(union, union.nodes.get(directory), node, name);
  const mayHide = isBelow || node.lowers.length > 0 || node.listsMerged;
  const whiteouts = isDirectory && mayHide ? checkEmpty(union, node) : [];
  const place = copyUp(union, directory);
  if (isBelow) whiteOut(union, place, node, name, whiteouts);
  else removeUpper(union, place, node, name, whiteouts);
  place.ownEntries().delete(name);
  forgetName(union, found);
}

/** Takes away one name of a node that was removed or replaced. */
export function forgetName(union: Union, key: NodeKey): void {
  const node = union.nodes.own(key);
  node.names -= 1;
  if (node.isDirectory) node.isDead = true;
  union.dropUnused(node);
}

/**
 * Refuses to go on where a name of an upper directory is not what it was looked up as.
 *
 * @throws InodeError ESTALE.
 */
export function checkSame(union: Union, place: Place, node: UnionNode, name: ByteString): void {
  if (union.upperVolume.lookup(place.upper, name) !== node.upper) throw inodeError('ESTALE');
}

/** Empties an upper directory that holds nothing but whiteouts. */
export function clearWhiteouts(
  union: Union,
  directory: NodeKey,
  whiteouts: readonly ByteString[],
): void {
  for (const name of whiteouts) union.upperVolume.unlink(directory, name);
}

function removeUpper(
  union: Union,
  place: Place,
  node: UnionNode,
  name: ByteString,
  whiteouts: readonly ByteString[],
): void {
  checkSame(union, place, node, name);
  const upper = union.upperVolume;
  if (node.isDirectory) {
    clearWhiteouts(union, union.topNode(node), whiteouts);
    upper.rmdir(place.upper, name);
  } else {
    upper.unlink(place.upper, name);
  }
}

/** @source Linux fs/overlayfs/dir.c ovl_remove_and_whiteout, ovl_cleanup_and_whiteout */
function whiteOut(
  union: Union,
  place: Place,
  node: UnionNode,
  name: ByteString,
  whiteouts: readonly ByteString[],
): void {
  const { upperVolume: upper, work } = union;
  if (node.upper !== undefined) checkSame(union, place, node, name);
  const exchange = node.isDirectory && node.upper !== undefined;
  const whiteout = makeWhiteout(union);
  try {
    upper.rename(work, whiteout, place.upper, name, { exchange });
  } catch (error) {
    upper.unlink(work, whiteout);
    throw error;
  }
  if (!exchange) return;
  clearWhiteouts(union, union.topNode(node), whiteouts);
  upper.rmdir(work, whiteout);
}
