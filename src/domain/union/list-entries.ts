import { FILE_TYPE } from '../host/file-type.js';
import { findEntry } from './find-entry.js';
import { InodeError, inodeError } from './inode-error.js';
import { nodeIno } from './node-attributes.js';
import { clearImpure } from './origin.js';
import type { Union } from './union.js';
import { ABSENT, type UnionNode } from './union-node.js';
import type { ByteString, NodeKey, VolumeEntry } from './volume.js';

const CHARACTER = FILE_TYPE.CHARACTER >> 12;
const REGULAR = FILE_TYPE.REGULAR >> 12;

/** One name as the merge has it. */
interface Listed {
  readonly entry: VolumeEntry;
  readonly layer: number;
  readonly isWhiteout: boolean;
  /** What only a look-up tells to be a whiteout. */
  readonly isDoubtful: boolean;
}

/**
 * Gives the entries of a directory of a union. A pure directory is passed through as it is, stray
 * whiteouts too; a merged one shows the first of every name. Names of the lowest layer come first,
 * those of the others after it from the top.
 *
 * @throws InodeError ENOTDIR; ENOENT for a directory that was removed, here or in a layer.
 * @source Linux fs/overlayfs/readdir.c ovl_iterate
 * @internal
 */
export function listEntries(union: Union, directory: NodeKey): readonly VolumeEntry[] {
  const node = union.nodes.get(directory);
  if (!node.isDirectory) throw inodeError('ENOTDIR');
  if (node.isDead) throw inodeError('ENOENT');
  if (!node.listsMerged) {
    const entries = union.topVolume(node).entries(union.topNode(node));
    const isShown = showsInos(union, node, 0);
    if (!isShown) return entries;
    const shown = entries.map((entry) => withShownIno(union, node, entry) ?? entry);
    if (shown.every(({ ino }, at) => ino === entries[at]?.ino)) clearImpure(union, node);
    return shown;
  }
  const entries: VolumeEntry[] = [];
  for (const listed of readMerged(union, node).values()) {
    if (listed.isWhiteout) continue;
    const { entry, layer, isDoubtful } = listed;
    if (isDoubtful && findEntry(union, directory, entry.name) <= ABSENT) continue;
    // What cannot be looked up is left out where it was tried.
    let shown = showsInos(union, node, layer) ? withShownIno(union, node, entry) : entry;
    if (!union.parts.rules.skipsStaleEntries) shown ??= entry;
    if (shown !== undefined) entries.push(shown);
  }
  return entries;
}

/**
 * Gives the whiteouts in the upper part of a directory that shows nothing.
 *
 * @throws InodeError ENOTEMPTY where it shows something.
 * @source Linux fs/overlayfs/readdir.c ovl_check_empty_dir
 * @internal
 */
export function checkEmpty(union: Union, node: UnionNode): readonly ByteString[] {
  const whiteouts: ByteString[] = [];
  for (const { entry, layer, isWhiteout } of readMerged(union, node).values()) {
    if (!isWhiteout) throw inodeError('ENOTEMPTY');
    if (layer === 0) whiteouts.push(entry.name);
  }
  return whiteouts;
}

/** Gives every name with the first that has it. */
function readMerged(union: Union, node: UnionNode): ReadonlyMap<ByteString, Listed> {
  const { upper, lowers } = node;
  const merged = new Map<ByteString, Listed>();
  if (upper !== undefined) readLayer(union, 0, upper, merged);
  for (const { layer, node: part } of lowers) readLayer(union, layer, part, merged);
  const lowest = lowers.at(-1);
  if (lowest === undefined || merged.size < 2) return merged;
  return lowestFirst(merged, union.volume(lowest.layer).entries(lowest.node));
}

function readLayer(
  union: Union,
  layer: number,
  directory: NodeKey,
  merged: Map<ByteString, Listed>,
): void {
  const volume = union.volume(layer);
  const hasDoubtful = layer > 0 && union.holdsXattrWhiteouts(layer, directory);
  for (const entry of volume.entries(directory)) {
    if (merged.has(entry.name)) continue;
    let isWhiteout = false;
    if (entry.type === CHARACTER) {
      const found = volume.lookup(directory, entry.name);
      isWhiteout = found !== undefined && union.isWhiteout(layer, found);
    }
    const isDoubtful = hasDoubtful && entry.type === REGULAR;
    merged.set(entry.name, { entry, layer, isWhiteout, isDoubtful });
  }
}

function lowestFirst(
  merged: ReadonlyMap<ByteString, Listed>,
  lowest: readonly VolumeEntry[],
): ReadonlyMap<ByteString, Listed> {
  const ordered = new Map<ByteString, Listed>();
  for (const { name } of lowest) {
    const listed = merged.get(name);
    if (listed !== undefined) ordered.set(name, listed);
  }
  for (const [name, listed] of merged) ordered.set(name, listed);
  return ordered;
}

/**
 * Tells whether numbers in a listing are those that `stat` shows; on several file systems that
 * nothing maps into one space they are the real ones.
 *
 * @source Linux fs/overlayfs/readdir.c ovl_calc_d_ino, ovl_cache_update
 */
function showsInos({ parts }: Union, { impure }: UnionNode, layer: number): boolean {
  if (parts.xinoBits > 0) return true;
  return layer === 0 && impure && parts.pseudoDevices.length === 0;
}

/**
 * What was copied up keeps its number, which only a look-up tells; undefined where that fails.
 *
 * @source Linux fs/overlayfs/readdir.c ovl_cache_update
 */
function withShownIno(
  union: Union,
  directory: UnionNode,
  entry: VolumeEntry,
): VolumeEntry | undefined {
  let found: NodeKey;
  try {
    found = findEntry(union, directory.key, entry.name);
  } catch (error) {
    if (error instanceof InodeError) return undefined;
    throw error;
  }
  if (found <= ABSENT) return undefined;
  const node = union.nodes.get(found);
  const hasOrigin = node.upper !== undefined && node.keepsIno;
  if (!hasOrigin && union.parts.xinoBits === 0) return entry;
  const ino = nodeIno(union, node);
  return ino === entry.ino ? entry : { ...entry, ino };
}
