import { assert } from '../assert.js';
import type { ByteString, NodeKey, Volume } from './volume.js';

/** What one lower layer has of a node. */
export interface LowerPart {
  /** Number of the layer, 1 for the uppermost lower. */
  readonly layer: number;
  readonly node: NodeKey;
}

/** What a name stands for that nothing has. */
export const ABSENT = 0;
/** What a name stands for that the upper layer has a whiteout for. */
export const WHITED_OUT = -1;

/** Lower parts of what is in the upper layer alone. */
export const NO_LOWERS: readonly LowerPart[] = Object.freeze([]);

/**
 * A node of a union: a name of a directory of it that was looked up, as the kernel's dentry and
 * inode remember it until the unmount. Layers that somebody else changes meanwhile show through as
 * little as in the kernel.
 *
 * @internal
 */
export class UnionNode {
  readonly key: NodeKey;
  /** Who may change the record in place. */
  readonly owner: object;
  /** Of a directory, or of what was never copied up; the root is its own. */
  parent: NodeKey;
  /** Its name in the parent. */
  name: ByteString;
  readonly isDirectory: boolean;
  upper: NodeKey | undefined;
  /** Uppermost first; of a file at most one, which gives its inode number. */
  lowers: readonly LowerPart[];
  /** The upper directory is marked opaque. */
  opaque = false;
  /** The upper directory is marked impure. */
  impure = false;
  /** Its listing has to be merged, or freed of whiteouts. */
  listsMerged = false;
  /** It keeps the inode number of its lower part when it is copied up. */
  keepsIno = false;
  /** Where its lower parts are, if not at its name. */
  redirect: string | undefined;
  /** A number for directories whose real ones mean nothing here. */
  readonly ownIno: number;
  /** How many names that were looked up lead here. */
  names = 1;
  /** How often it is open. */
  holds = 0;
  /** It was a directory and is removed. */
  isDead = false;
  /** What the names in it stand for, as far as they were looked up. */
  entries: Map<ByteString, NodeKey> | undefined;
  /** `entries` may be changed in place. */
  ownsEntries = false;

  constructor(owner: object, key: NodeKey, what: NewUnionNode) {
    this.owner = owner;
    this.key = key;
    this.parent = what.parent;
    this.name = what.name;
    this.isDirectory = what.isDirectory;
    this.upper = what.upper;
    this.lowers = what.lowers;
    this.ownIno = what.ownIno;
  }

  copyFor(owner: object): UnionNode {
    const copy = new UnionNode(owner, this.key, this);
    copy.opaque = this.opaque;
    copy.impure = this.impure;
    copy.listsMerged = this.listsMerged;
    copy.keepsIno = this.keepsIno;
    copy.redirect = this.redirect;
    copy.names = this.names;
    copy.holds = this.holds;
    copy.isDead = this.isDead;
    copy.entries = this.entries;
    return copy;
  }

  /** Gives the entries to be changed. */
  ownEntries(): Map<ByteString, NodeKey> {
    if (this.entries === undefined || !this.ownsEntries) {
      this.entries = new Map(this.entries);
      this.ownsEntries = true;
    }
    return this.entries;
  }

  /** Whether it shows more than one directory. */
  get isMerged(): boolean {
    return this.lowers.length > (this.upper === undefined ? 1 : 0) && this.isDirectory;
  }
}

/** What a new node of a union is. */
export interface NewUnionNode {
  readonly parent: NodeKey;
  readonly name: ByteString;
  readonly isDirectory: boolean;
  readonly upper: NodeKey | undefined;
  readonly lowers: readonly LowerPart[];
  readonly ownIno: number;
}

/**
 * The nodes of a union by key. A fork shares every record until one of the two changes it.
 *
 * @internal
 */
export class UnionNodes {
  #nodes = new Map<NodeKey, UnionNode>();
  /** Files by their upper part, since a file may have several names. */
  #byUpper = new Map<NodeKey, NodeKey>();
  #owner: object = {};
  #next = 1;

  get(key: NodeKey): UnionNode {
    const node = this.#nodes.get(key);
    assert(node !== undefined, 'nobody asks for a node of a union that is gone');
    return node;
  }

  /** Gives a node to be changed. */
  own(key: NodeKey): UnionNode {
    const node = this.get(key);
    if (node.owner === this.#owner) return node;
    const copy = node.copyFor(this.#owner);
    this.#nodes.set(key, copy);
    return copy;
  }

  add(what: Omit<NewUnionNode, 'ownIno'>): UnionNode {
    const key = this.#next++;
    const node = new UnionNode(this.#owner, key, { ...what, ownIno: key });
    this.#nodes.set(key, node);
    if (what.upper !== undefined && !what.isDirectory) this.#byUpper.set(what.upper, key);
    return node;
  }

  /** Gives the file that has an upper part. */
  withUpper(upper: NodeKey): NodeKey | undefined {
    return this.#byUpper.get(upper);
  }

  setUpper(node: UnionNode, upper: NodeKey): void {
    node.upper = upper;
    if (!node.isDirectory) this.#byUpper.set(upper, node.key);
  }

  remove(node: UnionNode): void {
    this.#nodes.delete(node.key);
    if (node.upper === undefined || node.isDirectory) return;
    if (this.#byUpper.get(node.upper) === node.key) this.#byUpper.delete(node.upper);
  }

  all(): Iterable<UnionNode> {
    return this.#nodes.values();
  }

  /** Gives independent nodes in the same state; from now on both copy what they change. */
  fork(): UnionNodes {
    const fork = new UnionNodes();
    fork.#nodes = new Map(this.#nodes);
    fork.#byUpper = new Map(this.#byUpper);
    fork.#next = this.#next;
    this.#owner = {};
    return fork;
  }
}

/** Tells whether a real node is a directory. */
export function isRealDirectory(volume: Volume, node: NodeKey): boolean {
  return (volume.mode(node) & 0o170000) === 0o040000;
}
