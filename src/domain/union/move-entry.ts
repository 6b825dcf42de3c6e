import { copyUp } from './copy-up.js';
import { findEntry } from './find-entry.js';
import { inodeError } from './inode-error.js';
import { checkEmpty } from './list-entries.js';
import { showsBelow } from './lower-positive.js';
import { markOpaque } from './make-entry.js';
import { markImpure } from './origin.js';
import { setRedirect } from './redirect.js';
import { checkSame, clearWhiteouts, forgetName } from './remove-entry.js';
import { discardTemporary, makeOwnWhiteout } from './temporary.js';
import type { Union } from './union.js';
import { ABSENT, type UnionNode, WHITED_OUT } from './union-node.js';
import type { ByteString, NodeKey, RenameFlags } from './volume.js';

/** A node that was copied up. */
type Upper = UnionNode & { readonly upper: NodeKey };

/** A rename whose names are looked up. */
interface Move {
  readonly from: NodeKey;
  readonly fromName: ByteString;
  readonly node: NodeKey;
  readonly to: NodeKey;
  readonly toName: ByteString;
  /** A node, {@link ABSENT} or {@link WHITED_OUT}. */
  readonly target: NodeKey;
  readonly exchange: boolean;
}

/** How the upper layer moves: `swap` exchanges with a whiteout that is there. */
type Way = 'plain' | 'leave-whiteout' | 'swap' | 'swap-and-clean';

/**
 * Moves a name within a union, replacing or exchanging what has the new name.
 *
 * @throws InodeError EROFS, ENOENT, EEXIST, EINVAL, ENOTEMPTY, ENOTDIR, EISDIR as any file system;
 *   EXDEV for a directory that lower layers have a part of, unless redirects are on; ESTALE where
 *   somebody else changed the upper layer; and as that layer fails.
 * @source Linux fs/overlayfs/dir.c ovl_rename; fs/namei.c do_renameat2, vfs_rename
 * @internal
 */
export function moveEntry(
  union: Union,
  from: NodeKey,
  fromName: ByteString,
  to: NodeKey,
  toName: ByteString,
  flags: RenameFlags = {},
): void {
  union.checkWritable();
  const node = findEntry(union, from, fromName);
  if (node <= ABSENT) throw inodeError('ENOENT');
  const target = findEntry(union, to, toName);
  const exchange = flags.exchange === true;
  if (flags.noReplace === true && target > ABSENT) throw inodeError('EEXIST');
  if (exchange && target <= ABSENT) throw inodeError('ENOENT');
  const move: Move = { from, fromName, node, to, toName, target, exchange };
  checkTree(union, move);
  if (node === target) return;
  checkKinds(union, move);
  checkMovable(union, move);
  carryOut(union, move);
  noteNames(union, move);
}

function checkTree(union: Union, { from, node, to, target, exchange }: Move): void {
  if (union.nodes.get(node).isDirectory && isAbove(union, node, to)) throw inodeError('EINVAL');
  if (target > ABSENT && union.nodes.get(target).isDirectory && isAbove(union, target, from)) {
    throw inodeError(exchange ? 'EINVAL' : 'ENOTEMPTY');
  }
}

function isAbove(union: Union, above: NodeKey, below: NodeKey): boolean {
  for (let at = below; ;) {
    if (at === above) return true;
    const { parent } = union.nodes.get(at);
    if (parent === at) return false;
    at = parent;
  }
}

function checkKinds(union: Union, { node, to, target, exchange }: Move): void {
  if (target <= ABSENT) {
    if (union.nodes.get(to).isDead) throw inodeError('ENOENT');
    return;
  }
  if (exchange) return;
  const { isDirectory } = union.nodes.get(node);
  if (union.nodes.get(target).isDirectory === isDirectory) return;
  throw inodeError(isDirectory ? 'ENOTDIR' : 'EISDIR');
}

/** @source Linux fs/overlayfs/dir.c ovl_can_move */
function checkMovable(union: Union, { node, target, exchange }: Move): void {
  if (union.parts.settings.redirect === 'on') return;
  const hasBelow = (key: NodeKey): boolean => {
    const { isDirectory, lowers } = union.nodes.get(key);
    return isDirectory && lowers.length > 0;
  };
  if (hasBelow(node) || (exchange && hasBelow(target))) throw inodeError('EXDEV');
}

function carryOut(union: Union, move: Move): void {
  const { from, fromName, to, toName, target, exchange } = move;
  const whiteouts = emptyTarget(union, move);
  const way = chooseWay(union, move);
  const old = copyUp(union, move.node);
  const oldPlace = copyUp(union, from);
  const newPlace = copyUp(union, to);
  if (exchange) copyUp(union, target);
  const replaced = target > ABSENT ? union.nodes.get(target) : undefined;
  if (from !== to) {
    if (hasOrigin(old)) markImpure(union, newPlace);
    if (exchange && replaced !== undefined && hasOrigin(replaced)) markImpure(union, oldPlace);
  }
  checkSame(union, oldPlace, old, fromName);
  checkTarget(union, move, newPlace, replaced, way);
  if (replaced?.upper !== undefined) clearWhiteouts(union, replaced.upper, whiteouts);
  hideBelow(union, old, newPlace, from === to);
  if (exchange && replaced !== undefined) {
    hideBelow(union, replaced as Upper, oldPlace, from === to);
  }
  moveUpper(union, move, oldPlace.upper, newPlace.upper, exchange ? 'swap' : way);
  if (way === 'swap-and-clean') union.upperVolume.unlink(oldPlace.upper, fromName);
  // The names are what the callers see; the upper layer is done.
  oldPlace.ownEntries().delete(fromName);
  newPlace.ownEntries().delete(toName);
}

/** Gives the whiteouts in a directory that is to be replaced; ENOTEMPTY. */
function emptyTarget(union: Union, { target, exchange }: Move): readonly ByteString[] {
  if (exchange || target <= ABSENT) return [];
  const node = union.nodes.get(target);
  const isPure = node.lowers.length === 0 && !node.listsMerged;
  return node.isDirectory && !isPure ? checkEmpty(union, node) : [];
}

function chooseWay(union: Union, { from, fromName, node, target, exchange }: Move): Way {
  if (exchange) return 'plain';
  const moved = union.nodes.get(node);
  if (showsBelow(union, union.nodes.get(from), moved, fromName)) {
    return target === WHITED_OUT ? 'swap' : 'leave-whiteout';
  }
  return moved.isDirectory && target === WHITED_OUT ? 'swap-and-clean' : 'plain';
}

/** @source Linux fs/overlayfs/overlayfs.h OVL_TYPE_ORIGIN */
function hasOrigin({ keepsIno, lowers }: UnionNode): boolean {
  return keepsIno && lowers.length > 0;
}

function checkTarget(
  union: Union,
  { toName, target }: Move,
  place: Upper,
  replaced: UnionNode | undefined,
  way: Way,
): void {
  if (replaced?.upper !== undefined) {
    checkSame(union, place, replaced, toName);
    return;
  }
  const found = union.upperVolume.lookup(place.upper, toName);
  const isExpected =
    found === undefined
      ? way === 'plain' || way === 'leave-whiteout'
      : target === WHITED_OUT && union.isWhiteout(0, found);
  if (!isExpected) throw inodeError('ESTALE');
}

/** Keeps what lies below the new place from showing through a directory that moves there. */
function hideBelow(union: Union, node: Upper, place: UnionNode, withinParent: boolean): void {
  if (!node.isDirectory) return;
  if (node.lowers.length > 0) {
    setRedirect(union, node, withinParent);
  } else if (!node.opaque && place.isMerged) {
    markOpaque(union, node.upper);
    union.nodes.own(node.key).opaque = true;
  }
}

function moveUpper(
  union: Union,
  { fromName, toName }: Move,
  from: NodeKey,
  to: NodeKey,
  way: Way,
): void {
  const upper = union.upperVolume;
  if (way !== 'leave-whiteout') {
    upper.rename(from, fromName, to, toName, { exchange: way !== 'plain' });
    return;
  }
  const whiteout = makeOwnWhiteout(union);
  try {
    upper.rename(from, fromName, to, toName);
  } catch (error) {
    discardTemporary(union, whiteout, false);
    throw error;
  }
  upper.rename(union.work, whiteout.name, from, fromName);
}

function noteNames(union: Union, move: Move): void {
  const { from, fromName, node, to, toName, target, exchange } = move;
  if (target > ABSENT && !exchange) forgetName(union, target);
  enter(union, node, to, toName);
  if (exchange) enter(union, target, from, fromName);
}

function enter(union: Union, key: NodeKey, directory: NodeKey, name: ByteString): void {
  const node = union.nodes.own(key);
  node.parent = directory;
  node.name = name;
  union.nodes.own(directory).ownEntries().set(name, key);
}
