import { assert } from '../../domain/assert.js';
import type { NodeKey, NodeRef, VolumeId } from '../../domain/union/volume.js';

/** Node keys stay below it. */
const NODES_MAX = 2 ** 32;
/** Mount ids of the root and of every later mount. */
const FIRST_MOUNT = 20;

/**
 * What `/proc/self/mountinfo` tells of a mount; texts are bytes, not yet escaped.
 *
 * @internal
 */
export interface MountText {
  /** `overlay` or a device. */
  readonly source: string;
  readonly fsType: string;
  /** Of this mount: `rw,relatime`. */
  readonly options: string;
  /** Of the file system; escaped already, since commas within options are. */
  readonly superOptions: string;
}

/**
 * A volume mounted at a node of another one, in one namespace.
 *
 * @internal
 */
export interface Mount {
  readonly id: number;
  readonly volume: VolumeId;
  /** What it covers; the root of a namespace covers nothing. */
  readonly at: NodeRef | undefined;
  readonly text: MountText;
  /** The mountpoint's path when it was mounted, as bytes. */
  readonly path: string;
  /** Files that were opened through it and are open. */
  opens: number;
}

/**
 * The mounts that one process sees. A volume is mounted at most once in it.
 *
 * @internal
 */
export class MountTable {
  readonly #byPoint = new Map<number, Mount>();
  readonly #byVolume = new Map<VolumeId, Mount>();
  #next = FIRST_MOUNT;

  /** How many there are, the root included. */
  get size(): number {
    return this.#byVolume.size;
  }

  /** Mounts in the order they were made in, the root first. */
  all(): Iterable<Mount> {
    return this.#byVolume.values();
  }

  /** The mount that covers a node. */
  on(volume: VolumeId, node: NodeKey): Mount | undefined {
    return this.#byPoint.get(volume * NODES_MAX + node);
  }

  /** The mount that a volume is seen through. */
  of(volume: VolumeId): Mount | undefined {
    return this.#byVolume.get(volume);
  }

  /** The mount at `/`. */
  root(): Mount {
    const { value } = this.#byVolume.values().next();
    assert(value !== undefined, 'every namespace has a root');
    return value;
  }

  /** Mounts that lie on nodes of a volume. */
  children(volume: VolumeId): readonly Mount[] {
    return [...this.all()].filter(({ at }) => at?.volume === volume);
  }

  add(volume: VolumeId, at: NodeRef | undefined, text: MountText, path: string): Mount {
    assert(!this.#byVolume.has(volume), 'a volume is mounted once in a namespace');
    const mount: Mount = { id: this.#next++, volume, at, text, path, opens: 0 };
    this.#insert(mount);
    return mount;
  }

  remove(mount: Mount): void {
    this.#byVolume.delete(mount.volume);
    const { at } = mount;
    if (at !== undefined) this.#byPoint.delete(at.volume * NODES_MAX + at.node);
  }

  /** Gives the same mounts, through which nothing is open yet. */
  copy(): MountTable {
    const copy = new MountTable();
    copy.#next = this.#next;
    for (const mount of this.all()) copy.#insert({ ...mount, opens: 0 });
    return copy;
  }

  #insert(mount: Mount): void {
    const { at, volume } = mount;
    this.#byVolume.set(volume, mount);
    if (at !== undefined) this.#byPoint.set(at.volume * NODES_MAX + at.node, mount);
  }
}
