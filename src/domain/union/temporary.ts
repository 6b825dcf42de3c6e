import { FILE_TYPE } from '../host/file-type.js';
import { InodeError } from './inode-error.js';
import type { Union } from './union.js';
import type { ByteString, NewNode, NodeKey } from './volume.js';

/** What every whiteout is. */
const WHITEOUT: NewNode = { mode: FILE_TYPE.CHARACTER, uid: 0, gid: 0, rdevMajor: 0, rdevMinor: 0 };

/** Something in the work directory that is about to get its place. */
export interface Temporary {
  readonly name: ByteString;
  readonly node: NodeKey;
}

/** Gives a name that nothing in the work directory has. */
export function temporaryName(union: Union): ByteString {
  const name = `#${union.nextTemporary.toString(16)}`;
  union.nextTemporary += 1;
  return name;
}

/**
 * Makes something in the work directory, to be moved to where it belongs.
 *
 * @source Linux fs/overlayfs/dir.c ovl_create_temp
 * @internal
 */
export function makeTemporary(union: Union, what: NewNode): Temporary {
  const name = temporaryName(union);
  return { name, node: union.upperVolume.create(union.work, name, what) };
}

/** Takes something out of the work directory again. */
export function discardTemporary(union: Union, { name }: Temporary, isDirectory: boolean): void {
  if (isDirectory) union.upperVolume.rmdir(union.work, name);
  else union.upperVolume.unlink(union.work, name);
}

/**
 * Makes a whiteout in the work directory: a link of the mount's one where the kernel shares it.
 *
 * @source Linux fs/overlayfs/dir.c ovl_whiteout
 * @internal
 */
export function makeWhiteout(union: Union): ByteString {
  union.whiteout ??= makeTemporary(union, WHITEOUT);
  const { name, node } = union.whiteout;
  if (union.sharesWhiteouts) {
    const link = temporaryName(union);
    try {
      union.upperVolume.link(node, union.work, link);
      return link;
    } catch (error) {
      if (!(error instanceof InodeError)) throw error;
      // The one that is there serves this time; too many links alone are no reason to give up.
      if (error.errnoName !== 'EMLINK') union.sharesWhiteouts = false;
    }
  }
  union.whiteout = undefined;
  return name;
}

/** Makes a whiteout that is an inode of its own, as a move leaves it behind. */
export function makeOwnWhiteout(union: Union): Temporary {
  return makeTemporary(union, WHITEOUT);
}
