import type { FileStat } from '../../domain/host/file-stat.js';
import { FILE_TYPE } from '../../domain/host/file-type.js';
import { inodeError } from '../../domain/union/inode-error.js';
import type {
  AttributeChange,
  ByteString,
  NewNode,
  NodeKey,
  NodeRef,
  RenameFlags,
  VolumeEntry,
  VolumeFacts,
  VolumeId,
} from '../../domain/union/volume.js';
import { changeAttributes } from './attribute-change.js';
import { BytePool } from './byte-pool.js';
import { readContent, writeContent } from './file-content.js';
import type { Inode } from './inode.js';
import { InodeTable } from './inode-table.js';
import { MachineClock } from './machine-clock.js';
import type { MachineVolume, VolumeHost } from './machine-volume.js';
import { renameEntry } from './rename.js';
import { type Capacity, Space } from './space.js';
import { VOLUME_KINDS, type VolumeKind, type VolumeKindName } from './volume-kind.js';
import { readAttribute, removeAttribute, writeAttribute } from './xattrs.js';

const NAME_MAX = 255;
const SET_GID = 0o2000;
/** Longer targets of symlinks take a block. */
const INLINE_TARGET_MAX = 59;
const DEVICE_BITS = 32n;
const NO_SIZE = 0n;

/**
 * How a plain volume is made.
 *
 * @internal
 */
export interface MemoryVolumeOptions {
  /** What it looks like; `ext4` unless told. */
  readonly kind?: VolumeKindName;
  /** `f_type` of statfs where it is another than the kind's. */
  readonly magic?: number;
  /** `st_dev`; 8:`id` unless told. */
  readonly device?: readonly [major: number, minor: number];
  /** Whether directory entries tell types; they do unless told. */
  readonly dType?: boolean;
  readonly readOnly?: boolean;
  readonly capacity?: Capacity;
  /** Whether project quota is on; it is off unless told. */
  readonly projectQuota?: boolean;
  /** Whether it keeps `user.` attributes; it does unless told. */
  readonly userAttributes?: boolean;
  /** Shared by the volumes of a machine. */
  readonly clock?: MachineClock;
  /** Shared by the volumes of a machine and of its forks. */
  readonly pool?: BytePool;
}

/**
 * A plain file system in memory, as the root user of Linux sees ext4 (or another kind, as far as
 * `VolumeKind` tells).
 *
 * Modelled: directories, hard links, symlinks, devices, owners, modes, set-id rules, link counts,
 * times to the nanosecond, attributes by namespace, names of 255 bytes, space and inodes that end,
 * project quota with inheritance, read-only mounts, files without a name that are still open.
 * Directory entries come in the order that they were made in; inode numbers are never given again;
 * reading moves no time (as with `noatime`).
 *
 * Not modelled: permissions of others than root, ACLs, other quotas, EMLINK, immutable files,
 * generation numbers, directories that grow; ext4 lets root write beyond its project's limit and
 * this does not. No file holds bytes beyond 256 MiB.
 *
 * @internal
 */
export class MemoryVolume implements MachineVolume {
  readonly id: VolumeId;
  readonly root: NodeKey;
  /** Whether project quota is on. */
  readonly projectQuota: boolean;
  /** `st_dev`. */
  readonly device: readonly [major: number, minor: number];
  readonly #kind: VolumeKind;
  readonly #options: MemoryVolumeOptions;
  readonly #dev: bigint;
  #facts: VolumeFacts;
  readonly #table: InodeTable;

  constructor(id: VolumeId, options: MemoryVolumeOptions = {}, table?: InodeTable) {
    const { kind = 'ext4', device = [8, id], dType = true, readOnly = false } = options;
    this.id = id;
    this.device = device;
    this.projectQuota = options.projectQuota ?? false;
    this.#options = options;
    this.#kind = VOLUME_KINDS[kind];
    this.#dev = (BigInt(device[0]) << DEVICE_BITS) | BigInt(device[1]);
    this.root = this.#kind.rootIno;
    this.#facts = { magic: options.magic ?? this.#kind.magic, readOnly, stackDepth: 0, dType };
    this.#table = table ?? this.#format();
  }

  facts(): VolumeFacts {
    return this.#facts;
  }

  exists(node: NodeKey): boolean {
    return this.#table.isLinked(node);
  }

  mode(node: NodeKey): number {
    return this.#table.get(node).mode;
  }

  attributes(node: NodeKey): FileStat {
    const inode = this.#table.get(node);
    return {
      mode: inode.mode,
      uid: inode.uid,
      gid: inode.gid,
      dev: this.#dev,
      ino: inode.ino,
      nlink: this.#linksOf(inode),
      rdevMajor: inode.rdevMajor,
      rdevMinor: inode.rdevMinor,
      size: this.#sizeOf(inode),
      atime: inode.atime,
      mtime: inode.mtime,
      ctime: inode.ctime,
    };
  }

  lookup(directory: NodeKey, name: ByteString): NodeKey | undefined {
    const inode = this.#table.get(directory);
    if (!inode.isDirectory()) throw inodeError('ENOTDIR');
    if (name.length > NAME_MAX) throw inodeError('ENAMETOOLONG');
    return inode.entries.get(name);
  }

  parent(directory: NodeKey): NodeKey {
    const inode = this.#table.get(directory);
    if (!inode.isDirectory()) throw inodeError('ENOTDIR');
    return inode.parent;
  }

  entries(directory: NodeKey): readonly VolumeEntry[] {
    const inode = this.#table.get(directory);
    if (!inode.isDirectory()) throw inodeError('ENOTDIR');
    if (inode.nlink === 0) throw inodeError('ENOENT');
    const { dType } = this.#facts;
    const entries: VolumeEntry[] = [];
    for (const [name, node] of inode.entries) {
      const { ino, mode } = this.#table.get(node);
      entries.push({ name, ino, type: dType ? (mode & FILE_TYPE.MASK) >> 12 : 0 });
    }
    return entries;
  }

  readlink(node: NodeKey): ByteString {
    const { mode, target } = this.#table.get(node);
    if ((mode & FILE_TYPE.MASK) !== FILE_TYPE.SYMLINK) throw inodeError('EINVAL');
    return target;
  }

  create(directory: NodeKey, name: ByteString, what: NewNode): NodeKey {
    const table = this.#table;
    this.#checkVacant(directory, name);
    const parent = table.get(directory);
    const isDirectory = (what.mode & FILE_TYPE.MASK) === FILE_TYPE.DIRECTORY;
    const { length: targetLength } = what.target ?? '';
    const blocks = isDirectory
      ? this.#kind.directoryBlocks
      : Number(targetLength > INLINE_TARGET_MAX);
    const project = parent.inheritsProject ? parent.project : 0;
    table.space.takeInode(project, blocks);
    const node = table.add(what);
    const inode = table.get(node);
    inode.blocks = blocks;
    inode.project = project;
    if ((parent.mode & SET_GID) !== 0) {
      inode.gid = parent.gid;
      if (isDirectory) inode.mode |= SET_GID;
    }
    if (isDirectory) {
      inode.parent = directory;
      inode.inheritsProject = parent.inheritsProject;
    }
    this.#enter(directory, name, node, isDirectory ? 1 : 0);
    return node;
  }

  link(node: NodeKey, directory: NodeKey, name: ByteString): void {
    const table = this.#table;
    this.#checkVacant(directory, name);
    const inode = table.get(node);
    if (inode.isDirectory()) throw inodeError('EPERM');
    const parent = table.get(directory);
    if (parent.inheritsProject && parent.project !== inode.project) throw inodeError('EXDEV');
    if (inode.nlink === 0) throw inodeError('ENOENT');
    const linked = table.own(node);
    linked.nlink += 1;
    linked.ctime = table.clock.tick();
    this.#enter(directory, name, node, 0);
  }

  unlink(directory: NodeKey, name: ByteString): void {
    this.#checkWritable();
    const node = this.#find(directory, name);
    if (this.#table.get(node).isDirectory()) throw inodeError('EISDIR');
    const inode = this.#table.own(node);
    inode.nlink -= 1;
    inode.ctime = this.#leave(directory, name, 0);
    this.#table.dropUnused(node);
  }

  rmdir(directory: NodeKey, name: ByteString): void {
    this.#checkWritable();
    const node = this.#find(directory, name);
    const found = this.#table.get(node);
    if (!found.isDirectory()) throw inodeError('ENOTDIR');
    if (found.entries.size > 0) throw inodeError('ENOTEMPTY');
    const inode = this.#table.own(node);
    inode.nlink = 0;
    inode.ctime = this.#leave(directory, name, 1);
    this.#table.dropUnused(node);
  }

  rename(
    from: NodeKey,
    fromName: ByteString,
    to: NodeKey,
    toName: ByteString,
    flags: RenameFlags = {},
  ): void {
    this.#checkWritable();
    const node = this.#find(from, fromName);
    const target = this.lookup(to, toName);
    renameEntry(this.#table, { from, fromName, node, to, toName, target, flags });
  }

  change(node: NodeKey, change: AttributeChange): void {
    this.#checkWritable();
    changeAttributes(this.#table, node, change);
  }

  getxattr(node: NodeKey, name: ByteString): Uint8Array {
    this.#checkNamespace(name);
    return readAttribute(this.#table.get(node), name);
  }

  setxattr(node: NodeKey, name: ByteString, value: Uint8Array): void {
    this.#checkWritable();
    this.#checkNamespace(name);
    writeAttribute(this.#table, node, name, value, this.#kind.attributeRoom);
  }

  removexattr(node: NodeKey, name: ByteString): void {
    this.#checkWritable();
    this.#checkNamespace(name);
    removeAttribute(this.#table, node, name);
  }

  listxattr(node: NodeKey): readonly ByteString[] {
    return [...this.#table.get(node).xattrs.keys()];
  }

  #checkNamespace(name: ByteString): void {
    if (this.#options.userAttributes === false && name.startsWith('user.')) {
      throw inodeError('ENOTSUP');
    }
  }

  open(node: NodeKey, forWriting: boolean): NodeRef {
    if (forWriting) this.#checkWritable();
    return { volume: this.id, node };
  }

  read(node: NodeKey, position: number, buffer: Uint8Array): number {
    return readContent(this.#table.get(node), position, buffer);
  }

  write(node: NodeKey, position: number, bytes: Uint8Array): number {
    return writeContent(this.#table, node, position, bytes);
  }

  hold(node: NodeKey): void {
    this.#table.hold(node);
  }

  release(node: NodeKey): void {
    this.#table.release(node);
  }

  /** Blocks and inodes that are taken, and limits of projects. */
  get space(): Space {
    return this.#table.space;
  }

  /** Remounts. */
  setReadOnly(readOnly: boolean): void {
    this.#facts = { ...this.#facts, readOnly };
  }

  /** Gives the project of a file, 0 for none. */
  projectOf(node: NodeKey): number {
    return this.#table.get(node).project;
  }

  /** Puts a file or directory into a project, which what is made in it later inherits. */
  setProject(node: NodeKey, project: number): void {
    this.#checkWritable();
    const inode = this.#table.own(node);
    this.space.move(inode.project, -inode.blocks);
    this.space.move(project, inode.blocks);
    inode.project = project;
    inode.inheritsProject = inode.isDirectory();
    inode.ctime = this.#table.clock.tick();
  }

  fork({ clock }: Pick<VolumeHost, 'clock'>): MemoryVolume {
    const fork = new MemoryVolume(this.id, this.#options, this.#table.fork(clock));
    fork.#facts = this.#facts;
    return fork;
  }

  dispose(): void {
    this.#table.dispose();
  }

  #format(): InodeTable {
    const { clock = new MachineClock({ seconds: 0n, nanoseconds: 0 }), pool = new BytePool() } =
      this.#options;
    const space = new Space(this.#options.capacity ?? {}, this.#kind.quotaErrno);
    const table = new InodeTable(clock, pool, space);
    space.takeInode(0, 0);
    table.add({ mode: FILE_TYPE.DIRECTORY | 0o755, uid: 0, gid: 0 }, this.root);
    table.get(this.root).parent = this.root;
    return table;
  }

  #checkWritable(): void {
    if (this.#facts.readOnly) throw inodeError('EROFS');
  }

  #checkVacant(directory: NodeKey, name: ByteString): void {
    if (this.lookup(directory, name) !== undefined) throw inodeError('EEXIST');
    this.#checkWritable();
    if (this.#table.get(directory).nlink === 0) throw inodeError('ENOENT');
  }

  #find(directory: NodeKey, name: ByteString): NodeKey {
    const node = this.lookup(directory, name);
    if (node === undefined) throw inodeError('ENOENT');
    return node;
  }

  #enter(directory: NodeKey, name: ByteString, node: NodeKey, subdirectories: number): void {
    const parent = this.#table.own(directory);
    parent.ownEntries().set(name, node);
    parent.nlink += subdirectories;
    parent.mtime = this.#table.clock.now;
    parent.ctime = parent.mtime;
  }

  #leave(directory: NodeKey, name: ByteString, subdirectories: number) {
    const parent = this.#table.own(directory);
    parent.ownEntries().delete(name);
    parent.nlink -= subdirectories;
    parent.mtime = this.#table.clock.tick();
    parent.ctime = parent.mtime;
    return parent.mtime;
  }

  #linksOf(inode: Inode): number {
    if (!inode.isDirectory() || this.#kind.countsSubdirectories) return inode.nlink;
    return Math.min(inode.nlink, 1);
  }

  #sizeOf(inode: Inode): bigint {
    if (inode.isDirectory()) return this.#kind.directorySize(inode);
    if (inode.size === 0 && inode.target === '') return NO_SIZE;
    return BigInt(inode.size + inode.target.length);
  }
}
