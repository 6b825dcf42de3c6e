import { assert } from '../../domain/assert.js';
import type { NewNode, NodeKey } from '../../domain/union/volume.js';
import type { BytePool } from './byte-pool.js';
import { Inode } from './inode.js';
import type { MachineClock } from './machine-clock.js';
import type { Space } from './space.js';

/** The first inode number of a file that is not the root. */
const FIRST_INO = 1000;

/**
 * The inodes of a plain volume by number. A fork shares every record with its origin until one of
 * the two changes it, and costs one copy of the table.
 *
 * @internal
 */
export class InodeTable {
  readonly clock: MachineClock;
  readonly pool: BytePool;
  readonly space: Space;
  #inodes: Map<NodeKey, Inode>;
  /** How often each inode is open. Zeros stay, since maps that shrink and grow are slow. */
  #holds: Map<NodeKey, number>;
  /** What this table writes into the records that it may change. */
  #owner: object = {};
  #next = FIRST_INO;

  constructor(clock: MachineClock, pool: BytePool, space: Space) {
    this.clock = clock;
    this.pool = pool;
    this.space = space;
    this.#inodes = new Map();
    this.#holds = new Map();
  }

  /** What bytes have to be owned by to be written in place. */
  get owner(): object {
    return this.#owner;
  }

  /** Gives an inode to be read. */
  get(node: NodeKey): Inode {
    const inode = this.#inodes.get(node);
    assert(inode !== undefined, 'nobody asks for an inode that is gone');
    return inode;
  }

  /** Tells whether there is an inode of a number, and it has a name. */
  isLinked(node: NodeKey): boolean {
    return (this.#inodes.get(node)?.nlink ?? 0) > 0;
  }

  /** Gives an inode to be changed. */
  own(node: NodeKey): Inode {
    const inode = this.get(node);
    if (inode.owner === this.#owner) return inode;
    const copy = inode.copyFor(this.#owner);
    this.#inodes.set(node, copy);
    return copy;
  }

  /** Adds an inode with a number of its own; numbers are never given twice. */
  add(what: NewNode, node: NodeKey = this.#next++): NodeKey {
    this.#inodes.set(node, new Inode(this.#owner, BigInt(node), what, this.clock.tick()));
    return node;
  }

  hold(node: NodeKey): void {
    this.#holds.set(node, (this.#holds.get(node) ?? 0) + 1);
  }

  release(node: NodeKey): void {
    const held = this.#holds.get(node) ?? 0;
    assert(held > 0, 'who lets an inode go has held it');
    this.#holds.set(node, held - 1);
    if (held === 1) this.dropUnused(node);
  }

  /** Frees an inode that has no name and that nobody holds. */
  dropUnused(node: NodeKey): void {
    const inode = this.get(node);
    if (inode.nlink > 0 || (this.#holds.get(node) ?? 0) > 0) return;
    this.#holds.delete(node);
    this.space.giveInode(inode.project, inode.blocks);
    this.#inodes.delete(node);
    if (inode.file?.owner === this.#owner) this.pool.give(inode.file);
  }

  /** Gives an independent table; from now on both copy what they change. */
  fork(clock: MachineClock): InodeTable {
    const fork = new InodeTable(clock, this.pool, this.space.fork());
    fork.#inodes = new Map(this.#inodes);
    fork.#holds = new Map(this.#holds);
    fork.#next = this.#next;
    this.#owner = {};
    return fork;
  }

  /** Gives the bytes back that no fork has; the table is of no use afterwards. */
  dispose(): void {
    for (const { file } of this.#inodes.values()) {
      if (file?.owner === this.#owner) this.pool.give(file);
    }
    this.#inodes.clear();
  }
}
