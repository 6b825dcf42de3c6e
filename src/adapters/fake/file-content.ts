import { inodeError } from '../../domain/union/inode-error.js';
import type { NodeKey } from '../../domain/union/volume.js';
import type { ByteFile } from './byte-pool.js';
import type { Inode } from './inode.js';
import type { InodeTable } from './inode-table.js';
import { BLOCK_BYTES } from './space.js';
import { dropCapability } from './xattrs.js';

/** What ext4 refuses to make a file larger than. */
const SIZE_MAX = 2 ** 44;
/** What is written has to fit in memory. */
const WRITTEN_MAX = 2 ** 28;

/**
 * Reads a regular file.
 *
 * @returns how many bytes were read; 0 at the end.
 * @internal
 */
export function readContent(inode: Inode, position: number, buffer: Uint8Array): number {
  const length = Math.min(buffer.length, inode.size - position);
  if (length <= 0) return 0;
  const read = inode.file?.read(position, buffer.subarray(0, length)) ?? 0;
  // A part that nobody has written yet.
  if (read < length) buffer.fill(0, read, length);
  return length;
}

/**
 * Writes to a regular file, as much as there is room for.
 *
 * @returns how many bytes were written.
 * @throws InodeError ENOSPC or the quota's errno where nothing fits; EFBIG beyond 256 MiB.
 * @internal
 */
export function writeContent(
  table: InodeTable,
  node: NodeKey,
  position: number,
  bytes: Uint8Array,
): number {
  if (bytes.length === 0) return 0;
  if (position + bytes.length > WRITTEN_MAX) throw inodeError('EFBIG');
  const length = roomFor(table, table.get(node), position, bytes.length);
  const inode = table.own(node);
  const file = ownFile(table, inode);
  file.write(position, bytes, length);
  if (position + length > inode.size) inode.size = position + length;
  account(table, inode, file.length);
  touchContent(table, inode);
  return length;
}

/**
 * Cuts a regular file or extends it.
 *
 * @throws InodeError EFBIG beyond 16 TiB.
 * @internal
 */
export function resizeContent(table: InodeTable, inode: Inode, size: number): void {
  if (size > SIZE_MAX) throw inodeError('EFBIG');
  if (inode.file !== undefined && size < inode.file.length) {
    ownFile(table, inode).truncate(size);
    account(table, inode, size);
  }
  inode.size = size;
  touchContent(table, inode);
}

/** Gives how many bytes of a write fit, at least one. */
function roomFor(table: InodeTable, inode: Inode, position: number, length: number): number {
  const wanted = blocksOf(position + length) - inode.blocks;
  if (wanted <= 0) return length;
  const blocks = table.space.roomFor(inode.project, wanted);
  if (blocks === wanted) return length;
  const room = (inode.blocks + blocks) * BLOCK_BYTES - position;
  // Says which limit it was.
  if (room <= 0) table.space.checkBlocks(inode.project, blocks + 1);
  return room;
}

function account(table: InodeTable, inode: Inode, length: number): void {
  const blocks = blocksOf(length);
  table.space.move(inode.project, blocks - inode.blocks);
  inode.blocks = blocks;
}

function touchContent(table: InodeTable, inode: Inode): void {
  inode.mtime = table.clock.tick();
  inode.ctime = inode.mtime;
  dropCapability(inode);
}

/** Gives the bytes to be written in place. */
function ownFile(table: InodeTable, inode: Inode): ByteFile {
  const { file } = inode;
  if (file?.owner === table.owner) return file;
  const own =
    file === undefined ? table.pool.take(table.owner) : table.pool.copy(file, table.owner);
  inode.file = own;
  return own;
}

function blocksOf(bytes: number): number {
  return Math.ceil(bytes / BLOCK_BYTES);
}
