import type { FileStat, Timestamp } from '../host/file-stat.js';

/**
 * What a file system in memory offers, call by call, as the kernel's inode operations do. A plain
 * volume keeps inodes; a union keeps none and asks the volumes of its layers. Both look alike to
 * who walks paths above them, so unions lie on unions and on several file systems.
 *
 * Every method is synchronous and either gives its result or throws an `InodeError`, having
 * changed nothing. Names are checked by who walks, but for their length.
 */

/** A name, symlink target or attribute name: one character for each byte. */
export type ByteString = string;

/** Names a volume of one machine for as long as the machine lives, through forks too. */
export type VolumeId = number;

/** Names a node of one volume; an inode number in a plain one, a number of its own in a union. */
export type NodeKey = number;

/** A node of any volume. */
export interface NodeRef {
  readonly volume: VolumeId;
  readonly node: NodeKey;
}

/** One directory entry; `.` and `..` are left out. */
export interface VolumeEntry {
  readonly name: ByteString;
  readonly ino: bigint;
  /** `d_type`, 0 where the volume does not tell. */
  readonly type: number;
}

/** What a new node is; the umask is applied already. */
export interface NewNode {
  /** Type bits and permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly rdevMajor?: number;
  readonly rdevMinor?: number;
  /** Of a symlink. */
  readonly target?: ByteString;
}

/** What is to change of a node; the rest stays, but for ctime, which moves. */
export interface AttributeChange {
  /** Permission bits. */
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly atime?: Timestamp;
  readonly mtime?: Timestamp;
  /** Truncates or extends a regular file, in bytes. */
  readonly size?: number;
}

/** `renameat2` flags. */
export interface RenameFlags {
  readonly noReplace?: boolean;
  readonly exchange?: boolean;
}

/** What a mount has to know of the volume that a layer lies on. */
export interface VolumeFacts {
  /** `f_type` of statfs, as an unsigned 32-bit number. */
  readonly magic: number;
  readonly readOnly: boolean;
  /** How many overlays are below, itself included; 0 for a plain volume. */
  readonly stackDepth: number;
  /** Whether `getdents64` tells types. */
  readonly dType: boolean;
}

/** A file system: a plain one, or a union of parts of others. */
export interface Volume {
  readonly id: VolumeId;
  readonly root: NodeKey;
  facts(): VolumeFacts;

  /** Whether a node has a name still, as who decodes a file handle has to ask. */
  exists(node: NodeKey): boolean;
  /** `st_mode` alone, which walking needs at every step. */
  mode(node: NodeKey): number;
  attributes(node: NodeKey): FileStat;
  /** Gives nothing for a name that is not there; ENOTDIR, ENAMETOOLONG. */
  lookup(directory: NodeKey, name: ByteString): NodeKey | undefined;
  /** `..`; the root is its own parent. */
  parent(directory: NodeKey): NodeKey;
  entries(directory: NodeKey): readonly VolumeEntry[];
  readlink(node: NodeKey): ByteString;

  /** Makes a file, directory, symlink or node; EEXIST, ENOSPC, EDQUOT, EROFS, EPERM. */
  create(directory: NodeKey, name: ByteString, what: NewNode): NodeKey;
  link(node: NodeKey, directory: NodeKey, name: ByteString): void;
  unlink(directory: NodeKey, name: ByteString): void;
  rmdir(directory: NodeKey, name: ByteString): void;
  rename(
    from: NodeKey,
    fromName: ByteString,
    to: NodeKey,
    toName: ByteString,
    flags?: RenameFlags,
  ): void;
  change(node: NodeKey, change: AttributeChange): void;

  getxattr(node: NodeKey, name: ByteString): Uint8Array;
  setxattr(node: NodeKey, name: ByteString, value: Uint8Array): void;
  removexattr(node: NodeKey, name: ByteString): void;
  listxattr(node: NodeKey): readonly ByteString[];

  /**
   * Says where the bytes of a regular file are for an open file; for writing, a union copies the
   * file up first. An open file goes on with what it was given, as the kernel's does.
   */
  open(node: NodeKey, forWriting: boolean): NodeRef;
  /** Fills `buffer` from a position; 0 at the end. Plain volumes alone hold bytes. */
  read(node: NodeKey, position: number, buffer: Uint8Array): number;
  /** ENOSPC and EDQUOT may make it short. */
  write(node: NodeKey, position: number, bytes: Uint8Array): number;
  /** Keeps a node while it is open, whatever becomes of its names. */
  hold(node: NodeKey): void;
  release(node: NodeKey): void;
}

/** Gives a volume of the machine in force; after a fork, the fork's. */
export type FindVolume = (id: VolumeId) => Volume;
