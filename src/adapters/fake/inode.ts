import { FILE_TYPE } from '../../domain/host/file-type.js';
import type { Timestamp } from '../../domain/host/file-stat.js';
import type { ByteString, NewNode, NodeKey } from '../../domain/union/volume.js';
import type { ByteFile } from './byte-pool.js';

const NO_ENTRIES: ReadonlyMap<ByteString, NodeKey> = new Map();

/** The attributes of an inode without any. */
export const NO_XATTRS: ReadonlyMap<ByteString, Uint8Array> = new Map();

/**
 * What a plain volume knows of a file. The records are shared by the forks of a volume: whoever
 * is not the `owner` changes a copy.
 *
 * @internal
 */
export class Inode {
  owner: object;
  readonly ino: bigint;
  mode: number;
  uid: number;
  gid: number;
  readonly rdevMajor: number;
  readonly rdevMinor: number;
  /** As ext4 counts: of a directory two, and one for each directory in it; 0 when removed. */
  nlink: number;
  atime: Timestamp;
  mtime: Timestamp;
  ctime: Timestamp;
  /** Of a directory. */
  parent: NodeKey;
  /** Of a directory; changed by {@link Inode.ownEntries} alone. */
  entries: ReadonlyMap<ByteString, NodeKey>;
  entriesOwner: object | undefined;
  /** Replaced, never changed. */
  xattrs: ReadonlyMap<ByteString, Uint8Array>;
  readonly target: ByteString;
  /** In bytes, of a regular file; a part that was never written is not in `file`. */
  size: number;
  file: ByteFile | undefined;
  /** Blocks of 4096 bytes that are accounted for. */
  blocks: number;
  /** 0 for none. */
  project: number;
  /** What is made in this directory gets its project. */
  inheritsProject: boolean;

  constructor(owner: object, ino: bigint, what: NewNode, now: Timestamp) {
    this.owner = owner;
    this.ino = ino;
    this.mode = what.mode;
    this.uid = what.uid;
    this.gid = what.gid;
    this.rdevMajor = what.rdevMajor ?? 0;
    this.rdevMinor = what.rdevMinor ?? 0;
    this.nlink = (what.mode & FILE_TYPE.MASK) === FILE_TYPE.DIRECTORY ? 2 : 1;
    this.atime = now;
    this.mtime = now;
    this.ctime = now;
    this.parent = 0;
    this.entries = NO_ENTRIES;
    this.entriesOwner = undefined;
    this.xattrs = NO_XATTRS;
    this.target = what.target ?? '';
    this.size = 0;
    this.file = undefined;
    this.blocks = 0;
    this.project = 0;
    this.inheritsProject = false;
  }

  /** Gives a copy that somebody else may change. */
  copyFor(owner: object): Inode {
    const copy = new Inode(owner, this.ino, this, this.ctime);
    copy.nlink = this.nlink;
    copy.atime = this.atime;
    copy.mtime = this.mtime;
    copy.parent = this.parent;
    copy.entries = this.entries;
    copy.entriesOwner = this.entriesOwner;
    copy.xattrs = this.xattrs;
    copy.size = this.size;
    copy.file = this.file;
    copy.blocks = this.blocks;
    copy.project = this.project;
    copy.inheritsProject = this.inheritsProject;
    return copy;
  }

  /** Gives the entries to be changed; this record is its owner's already. */
  ownEntries(): Map<ByteString, NodeKey> {
    if (this.entriesOwner !== this.owner) {
      this.entries = new Map(this.entries);
      this.entriesOwner = this.owner;
    }
    // The map was made here, for this owner.
    return this.entries as Map<ByteString, NodeKey>;
  }

  isDirectory(): boolean {
    return (this.mode & FILE_TYPE.MASK) === FILE_TYPE.DIRECTORY;
  }

  isRegular(): boolean {
    return (this.mode & FILE_TYPE.MASK) === FILE_TYPE.REGULAR;
  }
}
