import { FILE_TYPE } from '../host/file-type.js';
import { InodeError, inodeError } from './inode-error.js';
import { isRealDirectory } from './union-node.js';
import type { ByteString, NodeKey, Volume } from './volume.js';

const WORK = 'work';
const INDEX = 'index';
const INCOMPATIBLE = 'incompat';
/** What lies deeper than this below `work` is nobody's leftover. */
const LEVEL_MAX = 2;

const DIRECTORY = { mode: FILE_TYPE.DIRECTORY, uid: 0, gid: 0 };

/**
 * Makes the empty directory `work` in a work directory, in place of what an earlier mount left.
 *
 * @returns nothing where it could not be made, so that the mount can only be read.
 * @throws InodeError EINVAL where an earlier mount left word that this one must not be.
 * @source Linux fs/overlayfs/super.c ovl_workdir_create, ovl_make_workdir
 * @internal
 */
export function makeWorkDirectory(
  volume: Volume,
  base: NodeKey,
  options: { readonly volatile: boolean; readonly knowsIncompatible: boolean },
): NodeKey | undefined {
  try {
    const found = volume.lookup(base, WORK);
    if (found !== undefined) clean(volume, base, WORK, found, 0, options.knowsIncompatible);
    if (volume.lookup(base, WORK) !== undefined) return undefined;
    const work = volume.create(base, WORK, DIRECTORY);
    if (options.volatile) markVolatile(volume, work);
    return work;
  } catch (error) {
    if (error instanceof InodeError && error.errnoName !== 'EINVAL') return undefined;
    throw error;
  }
}

/**
 * Makes the directory `index` in a work directory, unless it is there.
 *
 * @source Linux fs/overlayfs/super.c ovl_get_indexdir
 * @internal
 */
export function makeIndexDirectory(volume: Volume, base: NodeKey, prefix: string): NodeKey {
  const index = volume.lookup(base, INDEX) ?? volume.create(base, INDEX, DIRECTORY);
  const name = `${prefix}upper`;
  if (!volume.listxattr(index).includes(name)) volume.setxattr(index, name, new Uint8Array(0));
  return index;
}

/** @source Linux fs/overlayfs/readdir.c ovl_workdir_cleanup, ovl_workdir_cleanup_recurse */
function clean(
  volume: Volume,
  parent: NodeKey,
  name: ByteString,
  node: NodeKey,
  level: number,
  knowsIncompatible: boolean,
): void {
  if (!isRealDirectory(volume, node)) {
    volume.unlink(parent, name);
    return;
  }
  const entries = volume.entries(node);
  if (entries.length > 0 && level < LEVEL_MAX) {
    const refuses = level === 1 && name === INCOMPATIBLE && knowsIncompatible;
    if (refuses) throw inodeError('EINVAL');
    for (const entry of entries) {
      const child = volume.lookup(node, entry.name);
      if (child === undefined) continue;
      clean(volume, node, entry.name, child, level + 1, knowsIncompatible);
    }
  }
  volume.rmdir(parent, name);
}

/** @source Linux fs/overlayfs/super.c ovl_create_volatile_dirty */
function markVolatile(volume: Volume, work: NodeKey): void {
  const incompatible = volume.create(work, INCOMPATIBLE, DIRECTORY);
  const directory = volume.create(incompatible, 'volatile', DIRECTORY);
  volume.create(directory, 'dirty', { mode: FILE_TYPE.REGULAR, uid: 0, gid: 0 });
}
