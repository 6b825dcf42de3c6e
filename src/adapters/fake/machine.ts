import { assert } from '../../domain/assert.js';
import type { Timestamp } from '../../domain/host/file-stat.js';
import { FILE_TYPE } from '../../domain/host/file-type.js';
import { findKernelPreset } from '../../domain/union/kernel-presets.js';
import { inodeError } from '../../domain/union/inode-error.js';
import type { ByteString, NodeKey, NodeRef, VolumeId } from '../../domain/union/volume.js';
import { encodeText } from './byte-string.js';
import { BytePool } from './byte-pool.js';
import { HomeLocks } from './home-locks.js';
import { DEFAULT_KERNEL_FACTS, type KernelFacts } from './kernel-facts.js';
import { MachineClock } from './machine-clock.js';
import type { FindMachineVolume, MachineVolume, VolumeHost } from './machine-volume.js';
import { MemoryVolume, type MemoryVolumeOptions } from './memory-volume.js';
import { formatMountInfo } from './mount-info.js';
import { type Mount, MountTable, type MountText } from './mount-table.js';
import { OpenFile } from './open-file.js';
import { PathWalk } from './path-walk.js';
import { Splitmix } from './splitmix.js';

/** 2019-09-24, the day of the modelled commit. */
const START: Timestamp = { seconds: 1_569_283_200n, nanoseconds: 0 };
/** Directories of a new machine, and their permission bits. */
const DIRECTORIES = [
  ['tmp', 0o1777],
  ['var', 0o755],
  ['var/lib', 0o755],
] as const;

/**
 * A group of processes that sees the same mounts.
 *
 * @internal
 */
export type NamespaceId = number;

/**
 * The namespace that a machine starts with.
 *
 * @internal
 */
export const FIRST_NAMESPACE: NamespaceId = 0;

/**
 * How a machine is made.
 *
 * @internal
 */
export interface MachineOptions {
  /** What its random bytes come from; 0 unless told. */
  readonly seed?: number;
  readonly start?: Timestamp;
  /** What `/` is. */
  readonly root?: Omit<MemoryVolumeOptions, 'clock' | 'pool'>;
  readonly kernel?: Partial<KernelFacts>;
  /** Where the bytes of files are; machines in one program may share one. */
  readonly pool?: BytePool;
}

/**
 * A machine in memory: volumes, mounts in namespaces, time, chance, and what processes have open.
 * It is a function of its options and of what is done to it. A fork is independent and costs about
 * a table copy; make one machine, prepare it, and fork it for every run.
 *
 * Modelled: several volumes; mounts over mounts; namespaces whose later mounts are their own;
 * EBUSY for what is open or covered; lazy unmounts; a mountpoint that another namespace removes
 * (detached, as since Linux 3.18); 40 symlinks in a path; paths of 4095 bytes; the calls of the
 * ports as root makes them. Faults that it can have by itself: space, inodes and projects that are
 * full; volumes that are read-only, tell no entry types or have another magic; kernels without
 * overlay or with other module parameters; a user namespace's id map. Any other failure, a crash
 * at a call and the loss of what was not synced come from the decorators in `adapters/faults`.
 *
 * Not modelled: users but root, bind mounts, shared propagation, chroot, devices and sockets that
 * work (opening one fails with ENXIO), `protected_regular`, times of reading, blocking.
 *
 * @internal
 */
export class Machine {
  readonly kernel: KernelFacts;
  readonly clock: MachineClock;
  readonly random: Splitmix;
  readonly pool: BytePool;
  readonly locks = new HomeLocks();
  /** Gives a volume that is mounted or in use. */
  readonly find: FindMachineVolume;
  readonly #volumes = new Map<VolumeId, MachineVolume>();
  /** Mounts of a volume in all namespaces, and those that asked to keep it. */
  readonly #pins = new Map<VolumeId, number>();
  /** A list and no set, since sets that shrink and grow all the time are slow. */
  readonly #open: OpenFile[] = [];
  readonly #namespaces = new Map<NamespaceId, MountTable>();
  #nextVolume: VolumeId = 1;

  constructor(options: MachineOptions = {}, origin?: Machine) {
    this.kernel = origin?.kernel ?? { ...DEFAULT_KERNEL_FACTS, ...options.kernel };
    this.clock = origin?.clock.fork() ?? new MachineClock(options.start ?? START);
    this.random = origin?.random.fork() ?? new Splitmix(options.seed ?? 0);
    this.pool = origin?.pool ?? options.pool ?? new BytePool();
    this.find = (id) => {
      const volume = this.#volumes.get(id);
      assert(volume !== undefined, 'nobody asks for a volume that is gone');
      return volume;
    };
    if (origin === undefined) this.#start(options.root ?? {});
  }

  /** Gives every volume that is mounted or in use. */
  volumes(): Iterable<MachineVolume> {
    return this.#volumes.values();
  }

  /**
   * Adds a volume under a new id; it lives until its last mount, open file and keeper are gone.
   *
   * @param make - makes it; what it throws leaves the machine as it was.
   */
  addVolume(make: (id: VolumeId, host: VolumeHost) => MachineVolume): MachineVolume {
    const volume = make(this.#nextVolume, this);
    this.#nextVolume += 1;
    this.#volumes.set(volume.id, volume);
    return volume;
  }

  /** The id that the next volume gets. */
  get nextVolume(): VolumeId {
    return this.#nextVolume;
  }

  /** Keeps a volume alive, as a union does with the volumes of its layers. */
  keep(volume: VolumeId): void {
    this.#pins.set(volume, (this.#pins.get(volume) ?? 0) + 1);
  }

  /** Ends what {@link Machine.keep} began. */
  letGo(volume: VolumeId): void {
    this.#pins.set(volume, (this.#pins.get(volume) ?? 0) - 1);
    this.#dropUnused(volume);
  }

  /** The mounts of a namespace. */
  mounts(namespace: NamespaceId): MountTable {
    const mounts = this.#namespaces.get(namespace);
    assert(mounts !== undefined, 'a namespace is made before it is used');
    return mounts;
  }

  /** Makes a namespace with the mounts of another; later mounts of either are its own. */
  createNamespace(from: NamespaceId): NamespaceId {
    const mounts = this.mounts(from).copy();
    const id = this.#namespaces.size;
    this.#namespaces.set(id, mounts);
    for (const { volume } of mounts.all()) this.keep(volume);
    return id;
  }

  /**
   * Mounts a volume on a node that {@link Machine.resolve} gave.
   *
   * @param path - the mountpoint's, as bytes, for the mount table.
   */
  mountAt(
    namespace: NamespaceId,
    at: NodeRef,
    volume: VolumeId,
    text: MountText,
    path: ByteString,
  ): Mount {
    this.keep(volume);
    return this.mounts(namespace).add(volume, at, text, path);
  }

  /**
   * Unmounts; with `detach` whatever is open and whatever is mounted below.
   *
   * @throws InodeError EBUSY without `detach`.
   */
  unmount(namespace: NamespaceId, mount: Mount, detach: boolean): void {
    const mounts = this.mounts(namespace);
    const children = mounts.children(mount.volume);
    if (!detach && (mount.opens > 0 || children.length > 0)) throw inodeError('EBUSY');
    for (const child of children) this.unmount(namespace, child, true);
    mounts.remove(mount);
    this.letGo(mount.volume);
  }

  /** Detaches what other namespaces have mounted on a node that lost its name here. */
  detachElsewhere(namespace: NamespaceId, volume: VolumeId, node: NodeKey): void {
    if (this.#namespaces.size === 1) return;
    for (const [other, mounts] of this.#namespaces) {
      const mount = other === namespace ? undefined : mounts.on(volume, node);
      if (mount !== undefined) this.unmount(other, mount, true);
    }
  }

  /**
   * Finds what a path names, through every symlink and mount.
   *
   * @param path - text; from `/` where it is relative and there is no `cwd`.
   * @throws InodeError as the path's walk fails.
   */
  resolve(path: string, namespace: NamespaceId = FIRST_NAMESPACE, cwd?: NodeRef): NodeRef {
    const walk = this.walk(namespace);
    walk.find(path, true, cwd);
    return { volume: walk.volume.id, node: walk.node };
  }

  /** Gives a walker of the paths that a namespace sees. */
  walk(namespace: NamespaceId): PathWalk {
    return new PathWalk(this.find, this.mounts(namespace));
  }

  /** Opens a node; `data` where its bytes are. */
  open(volume: MachineVolume, node: NodeKey, mount: Mount | undefined, data?: NodeRef): OpenFile {
    const file =
      data === undefined
        ? new OpenFile(volume, node, mount)
        : new OpenFile(volume, node, mount, this.find(data.volume), data.node);
    file.index = this.#open.push(file) - 1;
    return file;
  }

  close(file: OpenFile): void {
    const { volume } = file;
    file.close();
    const last = this.#open.pop();
    if (last !== undefined && last !== file) {
      this.#open[file.index] = last;
      last.index = file.index;
    }
    this.#dropUnused(volume.id);
  }

  /** Ends every process: what is open is closed, locks are given up, mounts stay. */
  crash(): void {
    for (let file = this.#open[0]; file !== undefined; file = this.#open[0]) this.close(file);
    this.locks.clear();
  }

  /** Gives the text of a namespace's mount table. */
  mountInfo(namespace: NamespaceId): ByteString {
    return formatMountInfo(this.find, this.mounts(namespace));
  }

  /** Gives an independent machine in the same state; nothing is open or locked on it. */
  fork(): Machine {
    const fork = new Machine({}, this);
    for (const [id, volume] of this.#volumes) fork.#volumes.set(id, volume.fork(fork));
    for (const [id, pins] of this.#pins) fork.#pins.set(id, pins);
    for (const [id, mounts] of this.#namespaces) fork.#namespaces.set(id, mounts.copy());
    fork.#nextVolume = this.#nextVolume;
    for (const file of this.#open) {
      file.releaseIn(({ id }) => fork.find(id));
      fork.#dropUnused(file.volume.id);
    }
    return fork;
  }

  /** Frees what no fork needs; the machine is of no use afterwards. */
  dispose(): void {
    for (const volume of this.#volumes.values()) {
      if (volume instanceof MemoryVolume) volume.dispose();
    }
  }

  #start(root: MemoryVolumeOptions): void {
    const { clock, pool } = this;
    const { tmpfsUserAttributes } = findKernelPreset(this.kernel.preset).rules;
    const userAttributes = root.kind !== 'tmpfs' || tmpfsUserAttributes;
    const volume = this.addVolume(
      (id) => new MemoryVolume(id, { userAttributes, ...root, clock, pool }),
    );
    const mounts = new MountTable();
    this.#namespaces.set(FIRST_NAMESPACE, mounts);
    const text = {
      source: '/dev/root',
      fsType: root.kind ?? 'ext4',
      options: 'rw,relatime',
      superOptions: 'rw',
    };
    mounts.add(volume.id, undefined, text, '/');
    this.keep(volume.id);
    if (root.readOnly === true) return;
    for (const [path, mode] of DIRECTORIES) {
      const slash = path.lastIndexOf('/');
      const parent = slash === -1 ? volume.root : this.resolve(path.slice(0, slash)).node;
      const name = encodeText(path.slice(slash + 1));
      volume.create(parent, name, { mode: FILE_TYPE.DIRECTORY | mode, uid: 0, gid: 0 });
    }
  }

  #dropUnused(id: VolumeId): void {
    const volume = this.#volumes.get(id);
    if (volume === undefined || (this.#pins.get(id) ?? 0) > 0) return;
    for (const file of this.#open) if (file.volume === volume) return;
    this.#volumes.delete(id);
    this.#pins.delete(id);
    volume.dispose?.();
  }
}
