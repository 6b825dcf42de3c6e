import type { ErrnoName } from '../../domain/go/errno.js';
import { FS_MAGIC } from '../../domain/host/backing-fs.js';
import type { Inode } from './inode.js';

/**
 * What one file system shows differently from another.
 *
 * @internal
 */
export interface VolumeKind {
  /** `f_type` of statfs. */
  readonly magic: number;
  readonly rootIno: number;
  /** `st_size` of a directory, in bytes. */
  directorySize(directory: Inode): bigint;
  /** Whether a directory's link count grows with the directories in it. */
  readonly countsSubdirectories: boolean;
  /** Blocks that a directory takes before anything is in it. */
  readonly directoryBlocks: number;
  /** Bytes that the attributes of one file may take in all. */
  readonly attributeRoom: number;
  /** What a full project fails with. */
  readonly quotaErrno: ErrnoName;
}

const EXT4_DIRECTORY_SIZE = 4096n;
/** A block of attributes beside what fits into an inode of 256 bytes, heads taken off. */
const EXT4_ATTRIBUTE_ROOM = 4096 - 36 + 92;

/**
 * The file systems that a plain volume can look like.
 *
 * @source runs on Linux 6.18; quota errnos of runs on 5.10 to 7.3
 * @internal
 */
export const VOLUME_KINDS = Object.freeze({
  ext4: {
    magic: FS_MAGIC.EXTFS,
    rootIno: 2,
    directorySize: () => EXT4_DIRECTORY_SIZE,
    countsSubdirectories: true,
    directoryBlocks: 1,
    attributeRoom: EXT4_ATTRIBUTE_ROOM,
    quotaErrno: 'EDQUOT',
  },
  xfs: {
    magic: FS_MAGIC.XFS,
    rootIno: 128,
    directorySize: ({ entries }) => BigInt(sumOfNames(entries, 8) + 6),
    countsSubdirectories: true,
    directoryBlocks: 0,
    attributeRoom: Infinity,
    quotaErrno: 'ENOSPC',
  },
  btrfs: {
    magic: FS_MAGIC.BTRFS,
    rootIno: 256,
    directorySize: ({ entries }) => BigInt(sumOfNames(entries, 0) * 2),
    countsSubdirectories: false,
    directoryBlocks: 0,
    attributeRoom: Infinity,
    quotaErrno: 'EDQUOT',
  },
  tmpfs: {
    magic: FS_MAGIC.TMPFS,
    rootIno: 1,
    directorySize: ({ entries }) => BigInt(40 + 20 * entries.size),
    countsSubdirectories: true,
    directoryBlocks: 0,
    attributeRoom: Infinity,
    quotaErrno: 'EDQUOT',
  },
} satisfies Readonly<Record<string, VolumeKind>>);

/**
 * The name of a file system that a plain volume can look like.
 *
 * @internal
 */
export type VolumeKindName = keyof typeof VOLUME_KINDS;

function sumOfNames(entries: ReadonlyMap<string, number>, each: number): number {
  let sum = 0;
  for (const name of entries.keys()) sum += name.length + each;
  return sum;
}
