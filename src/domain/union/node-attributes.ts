import type { FileStat } from '../host/file-stat.js';
import type { Union } from './union.js';
import type { UnionNode } from './union-node.js';

const INODE_BITS = 64;

/** Number and device of a node. */
interface Identity {
  readonly ino: bigint;
  readonly dev: bigint;
}

/**
 * Gives what `stat` shows of a node of a union: the attributes of its topmost part, under a number
 * that a copy up does not change, on the union's device.
 *
 * @source Linux fs/overlayfs/inode.c ovl_getattr
 * @internal
 */
export function nodeAttributes(union: Union, node: UnionNode): FileStat {
  const real = union.topVolume(node).attributes(union.topNode(node));
  const { ino, dev } = identify(union, node, real.ino);
  return {
    mode: real.mode,
    uid: real.uid,
    gid: real.gid,
    dev,
    ino,
    // Nobody counts the directories in all layers for it.
    nlink: node.isMerged ? 1 : real.nlink,
    rdevMajor: real.rdevMajor,
    rdevMinor: real.rdevMinor,
    size: real.size,
    atime: real.atime,
    mtime: real.mtime,
    ctime: real.ctime,
  };
}

/** Gives the inode number alone. */
export function nodeIno(union: Union, node: UnionNode): bigint {
  return identify(union, node, union.topVolume(node).attributes(union.topNode(node)).ino).ino;
}

function identify(union: Union, node: UnionNode, topIno: bigint): Identity {
  const { pseudoDevices, device } = union.parts;
  if (pseudoDevices.length === 0) {
    return { ino: originIno(union, node) ?? topIno, dev: device };
  }
  return identifyAcross(union, node, topIno);
}

/** The number of what an upper node was copied from. */
function originIno(union: Union, node: UnionNode): bigint | undefined {
  if (node.upper === undefined || !node.keepsIno) return undefined;
  const [lower] = node.lowers;
  if (lower === undefined) return undefined;
  const { ino, nlink } = union.volume(lower.layer).attributes(lower.node);
  return node.isDirectory || nlink === 1 ? ino : undefined;
}

/** @source Linux fs/overlayfs/inode.c ovl_map_dev_ino */
function identifyAcross(union: Union, node: UnionNode, topIno: bigint): Identity {
  const { device, pseudoDevices, xinoBits } = union.parts;
  const isAcross = node.isDirectory && xinoBits === 0;
  const origin = isAcross ? undefined : originIno(union, node);
  const ino = origin ?? topIno;
  const [lower] = node.lowers;
  const isLower = lower !== undefined && (node.upper === undefined || origin !== undefined);
  const fileSystem = isLower ? union.layer(lower.layer).fileSystem : 0;
  if (xinoBits > 0) {
    const shift = BigInt(INODE_BITS - xinoBits);
    if (ino >> shift === 0n) {
      return { ino: ino | (BigInt(fileSystem) << (shift + 1n)), dev: device };
    }
  }
  if (node.isDirectory) return { ino: BigInt(node.ownIno), dev: device };
  return { ino, dev: pseudoDevices[fileSystem] ?? device };
}
