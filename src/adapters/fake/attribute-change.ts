import { FILE_TYPE } from '../../domain/host/file-type.js';
import { inodeError } from '../../domain/union/inode-error.js';
import type { AttributeChange, NodeKey } from '../../domain/union/volume.js';
import { resizeContent } from './file-content.js';
import type { Inode } from './inode.js';
import type { InodeTable } from './inode-table.js';
import { dropCapability } from './xattrs.js';

const PERMISSIONS = 0o7777;
const SET_UID = 0o4000;
const SET_GID = 0o2000;
const GROUP_EXECUTE = 0o010;

/**
 * Changes what stat tells of a file. A change of the owner without one of the mode is chown, which
 * takes set-id bits and capabilities off what is no directory.
 *
 * @throws InodeError EISDIR, EINVAL for the size of what has no content; EFBIG.
 * @source Linux fs/attr.c notify_change
 * @internal
 */
export function changeAttributes(table: InodeTable, node: NodeKey, change: AttributeChange): void {
  const { uid, gid, mode, atime, mtime, size } = change;
  const found = table.get(node);
  if (size !== undefined && !found.isRegular()) {
    throw inodeError(found.isDirectory() ? 'EISDIR' : 'EINVAL');
  }
  const inode = table.own(node);
  if (size !== undefined) resizeContent(table, inode, size);
  if (uid !== undefined || gid !== undefined) {
    inode.uid = uid ?? inode.uid;
    inode.gid = gid ?? inode.gid;
    if (mode === undefined && !inode.isDirectory()) dropPrivileges(inode);
  }
  if (mode !== undefined) inode.mode = (inode.mode & FILE_TYPE.MASK) | (mode & PERMISSIONS);
  inode.atime = atime ?? inode.atime;
  inode.mtime = mtime ?? inode.mtime;
  inode.ctime = table.clock.tick();
}

function dropPrivileges(inode: Inode): void {
  inode.mode &= ~SET_UID;
  if ((inode.mode & GROUP_EXECUTE) !== 0) inode.mode &= ~SET_GID;
  dropCapability(inode);
}
