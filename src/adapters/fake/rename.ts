import { inodeError } from '../../domain/union/inode-error.js';
import type { ByteString, NodeKey, RenameFlags } from '../../domain/union/volume.js';
import type { InodeTable } from './inode-table.js';

/** A rename whose names are looked up. */
interface Rename {
  readonly from: NodeKey;
  readonly fromName: ByteString;
  readonly node: NodeKey;
  readonly to: NodeKey;
  readonly toName: ByteString;
  /** What has the new name already. */
  readonly target: NodeKey | undefined;
  readonly flags: RenameFlags;
}

/**
 * Moves an entry of a plain volume, replacing or exchanging what has the new name.
 *
 * @throws InodeError EEXIST or ENOENT by the flags; EINVAL below itself; ENOTEMPTY, EISDIR or
 *   ENOTDIR for what cannot be replaced; EXDEV into another project; ENOENT into a directory that
 *   was removed.
 * @source Linux fs/namei.c do_renameat2, vfs_rename; fs/ext4/namei.c ext4_rename
 * @internal
 */
export function renameEntry(table: InodeTable, rename: Rename): void {
  const { node, target, flags } = rename;
  if (flags.noReplace === true && target !== undefined) throw inodeError('EEXIST');
  if (flags.exchange === true && target === undefined) throw inodeError('ENOENT');
  checkAncestors(table, rename);
  if (node === target) return;
  checkReplacing(table, rename);
  checkProjects(table, rename);
  if (flags.exchange === true) exchange(table, rename);
  else move(table, rename);
}

function checkAncestors(table: InodeTable, { from, node, to, target, flags }: Rename): void {
  if (table.get(node).isDirectory() && isAbove(table, node, to)) throw inodeError('EINVAL');
  if (target === undefined || !table.get(target).isDirectory()) return;
  if (isAbove(table, target, from)) throw inodeError(flags.exchange ? 'EINVAL' : 'ENOTEMPTY');
}

function isAbove(table: InodeTable, above: NodeKey, below: NodeKey): boolean {
  for (let at = below; ;) {
    if (at === above) return true;
    const up = table.get(at).parent;
    if (up === at || table.get(at).nlink === 0) return false;
    at = up;
  }
}

function checkReplacing(table: InodeTable, { node, to, target, flags }: Rename): void {
  if (target === undefined) {
    if (table.get(to).nlink === 0) throw inodeError('ENOENT');
    return;
  }
  if (flags.exchange === true) return;
  const [moved, replaced] = [table.get(node), table.get(target)];
  if (moved.isDirectory() && !replaced.isDirectory()) throw inodeError('ENOTDIR');
  if (!moved.isDirectory() && replaced.isDirectory()) throw inodeError('EISDIR');
  if (replaced.entries.size > 0) throw inodeError('ENOTEMPTY');
}

function checkProjects(table: InodeTable, { from, node, to, target, flags }: Rename): void {
  if (!mayHold(table, to, node)) throw inodeError('EXDEV');
  if (flags.exchange === true && target !== undefined && !mayHold(table, from, target)) {
    throw inodeError('EXDEV');
  }
}

function mayHold(table: InodeTable, directory: NodeKey, node: NodeKey): boolean {
  const { inheritsProject, project } = table.get(directory);
  return !inheritsProject || table.get(node).project === project;
}

function move(table: InodeTable, { from, fromName, node, to, toName, target }: Rename): void {
  const moved = table.own(node);
  const isDirectory = moved.isDirectory();
  const now = table.clock.tick();
  if (target !== undefined) {
    const replaced = table.own(target);
    replaced.nlink = isDirectory ? 0 : replaced.nlink - 1;
    replaced.ctime = now;
  }
  const source = table.own(from);
  source.ownEntries().delete(fromName);
  const place = table.own(to);
  place.ownEntries().set(toName, node);
  if (isDirectory) {
    moved.parent = to;
    source.nlink -= 1;
    if (target === undefined) place.nlink += 1;
  }
  for (const inode of [source, place]) inode.mtime = inode.ctime = now;
  moved.ctime = now;
  if (target !== undefined) table.dropUnused(target);
}

function exchange(table: InodeTable, { from, fromName, node, to, toName, target }: Rename): void {
  if (target === undefined) return;
  const [one, other] = [table.own(node), table.own(target)];
  const [source, place] = [table.own(from), table.own(to)];
  source.ownEntries().set(fromName, target);
  place.ownEntries().set(toName, node);
  if (one.isDirectory()) {
    one.parent = to;
    source.nlink -= 1;
    place.nlink += 1;
  }
  if (other.isDirectory()) {
    other.parent = from;
    place.nlink -= 1;
    source.nlink += 1;
  }
  const now = table.clock.tick();
  for (const inode of [source, place]) inode.mtime = inode.ctime = now;
  one.ctime = now;
  other.ctime = now;
}
