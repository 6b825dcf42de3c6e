import { FILE_TYPE } from '../host/file-type.js';
import { copyUp } from './copy-up.js';
import { findEntry } from './find-entry.js';
import { inodeError } from './inode-error.js';
import { markImpure } from './origin.js';
import { PRIVATE, YES } from './private-xattrs.js';
import { discardTemporary, makeTemporary, temporaryName } from './temporary.js';
import type { Union } from './union.js';
import { ABSENT, NO_LOWERS, type UnionNode, WHITED_OUT } from './union-node.js';
import type { ByteString, NewNode, NodeKey } from './volume.js';

const SET_GID = 0o2000;

/** A directory that was copied up. */
type Place = UnionNode & { readonly upper: NodeKey };

/**
 * Makes a file, directory, symlink or node in a directory of a union.
 *
 * @throws InodeError EEXIST, EROFS, ENOENT in a removed directory, EPERM for what would be a
 *   whiteout, and as the upper layer fails.
 * @source Linux fs/overlayfs/dir.c ovl_create_object, ovl_create_upper, ovl_create_over_whiteout
 * @internal
 */
export function makeEntry(
  union: Union,
  directory: NodeKey,
  name: ByteString,
  what: NewNode,
): NodeKey {
  const state = checkVacant(union, directory, name);
  const type = what.mode & FILE_TYPE.MASK;
  const isWhiteout = !(what.rdevMajor ?? 0) && !(what.rdevMinor ?? 0);
  if (type === FILE_TYPE.CHARACTER && isWhiteout) throw inodeError('EPERM');
  const place = copyUp(union, directory);
  checkStillVacant(union, place, name, state);
  const isDirectory = type === FILE_TYPE.DIRECTORY;
  const upper =
    state === WHITED_OUT
      ? makeOverWhiteout(union, place, name, what)
      : union.upperVolume.create(place.upper, name, what);
  const isOpaque =
    isDirectory && (state === WHITED_OUT || (state === ABSENT && marksNew(union, place)));
  if (isOpaque && state === ABSENT) markOpaque(union, upper);
  const node = union.nodes.add({ parent: directory, name, isDirectory, upper, lowers: NO_LOWERS });
  node.opaque = isOpaque;
  union.holdParts(node);
  place.ownEntries().set(name, node.key);
  return node.key;
}

/**
 * Gives a file another name in a union; a file below is copied up first.
 *
 * @throws InodeError EEXIST, EROFS, ENOENT, EPERM for a directory, and as the upper layer fails.
 * @source Linux fs/overlayfs/dir.c ovl_link
 * @internal
 */
export function linkEntry(union: Union, file: NodeKey, directory: NodeKey, name: ByteString): void {
  const state = checkVacant(union, directory, name);
  if (union.nodes.get(file).isDirectory) throw inodeError('EPERM');
  if (union.nodes.get(file).names === 0) throw inodeError('ENOENT');
  const source = copyUp(union, file);
  const place = copyUp(union, directory);
  checkStillVacant(union, place, name, state);
  if (source.keepsIno && source.lowers.length > 0) markImpure(union, place);
  if (state === WHITED_OUT) {
    const temporary = temporaryName(union);
    union.upperVolume.link(source.upper, union.work, temporary);
    replaceWhiteout(union, { name: temporary, node: source.upper }, place, name);
  } else {
    union.upperVolume.link(source.upper, place.upper, name);
  }
  // The next look-up finds which node the new name belongs to.
  place.ownEntries().delete(name);
}

/** Marks an upper directory, so that nothing below shows through. */
export function markOpaque(union: Union, upper: NodeKey): void {
  union.upperVolume.setxattr(upper, union.privateName(PRIVATE.OPAQUE), YES);
}

function checkVacant(union: Union, directory: NodeKey, name: ByteString): NodeKey {
  const state = findEntry(union, directory, name);
  if (state > ABSENT) throw inodeError('EEXIST');
  union.checkWritable();
  if (union.nodes.get(directory).isDead) throw inodeError('ENOENT');
  return state;
}

/**
 * Refuses a name that somebody gave to something in the upper layer after it was looked up.
 *
 * @source Linux fs/overlayfs/dir.c ovl_create_real
 */
function checkStillVacant(union: Union, place: Place, name: ByteString, state: NodeKey): void {
  if (state !== ABSENT) return;
  if (union.upperVolume.lookup(place.upper, name) !== undefined) throw inodeError('ESTALE');
}

/** @source Linux fs/overlayfs/dir.c ovl_create_upper; ovl_entry.h ovl_allow_offline_changes */
function marksNew({ parts }: Union, place: UnionNode): boolean {
  if (!place.isMerged) return false;
  const { rules, settings } = parts;
  if (rules.opaqueOptimisation !== 'with-new-features')
    return rules.opaqueOptimisation === 'always';
  return settings.index || settings.redirect === 'on' || settings.xino === 'on';
}

function makeOverWhiteout(union: Union, place: Place, name: ByteString, what: NewNode): NodeKey {
  const temporary = makeTemporary(union, inheritGroup(union, place, what));
  const isDirectory = (what.mode & FILE_TYPE.MASK) === FILE_TYPE.DIRECTORY;
  try {
    if (isDirectory) markOpaque(union, temporary.node);
  } catch (error) {
    discardTemporary(union, temporary, isDirectory);
    throw error;
  }
  replaceWhiteout(union, temporary, place, name, isDirectory);
  return temporary.node;
}

/** The work directory passes no group on; the directory that it is made for does. */
function inheritGroup(union: Union, place: Place, what: NewNode): NewNode {
  const { mode, gid } = union.upperVolume.attributes(place.upper);
  if ((mode & SET_GID) === 0) return what;
  const isDirectory = (what.mode & FILE_TYPE.MASK) === FILE_TYPE.DIRECTORY;
  return { ...what, gid, mode: isDirectory ? what.mode | SET_GID : what.mode };
}

function replaceWhiteout(
  union: Union,
  temporary: { readonly name: ByteString; readonly node: NodeKey },
  place: Place,
  name: ByteString,
  isDirectory = false,
): void {
  const { upperVolume: upper, work } = union;
  try {
    const found = upper.lookup(place.upper, name);
    if (found === undefined || !union.isWhiteout(0, found)) throw inodeError('ESTALE');
    upper.rename(work, temporary.name, place.upper, name, { exchange: isDirectory });
    if (isDirectory) upper.unlink(work, temporary.name);
  } catch (error) {
    discardTemporary(union, temporary, isDirectory);
    throw error;
  }
}
