import type { TreeEntry } from '../commands/answer.js';
import type { ByteText, Moment } from '../commands/operation.js';

/**
 * When a file was modified: a moment that an operation named, or `{}` for some moment of the run,
 * which is none that an operation names. Every such moment is an object of its own: a copy of the
 * file keeps it, and two of them may be the same moment or not.
 */
export interface Time {
  readonly moment?: Moment;
}

/** Attributes by name, without the overlay's own. */
export type Xattrs = ReadonlyMap<string, ByteText>;

/** A file. It is the same file under each of its names; only its tree changes it. */
export interface Node {
  type: TreeEntry['type'];
  /** Permission bits. */
  mode: number;
  uid: number;
  gid: number;
  time: Time;
  content: ByteText;
  target: ByteText;
  device: readonly [number, number];
  xattrs: Xattrs | undefined;
  /** A directory that hides what lies below it in the layers below. */
  opaque: boolean;
  /** Of a directory, and of nothing else. */
  children: Map<ByteText, Node> | undefined;
}

const NO_DEVICE = [0, 0] as const;

/** Gives a new file that was modified just now. */
export function newNode(type: Node['type'], mode: number): Node {
  return {
    type,
    mode,
    uid: 0,
    gid: 0,
    time: {},
    content: '',
    target: '',
    device: NO_DEVICE,
    xattrs: undefined,
    opaque: false,
    children: type === 'directory' ? new Map() : undefined,
  };
}

/** Tells what a layer has instead of a file that is gone: a character device 0:0. */
export function isWhiteout({ type, device }: { type: string; device: Node['device'] }): boolean {
  return type === 'character' && device[0] === 0 && device[1] === 0;
}

/** Gives what `lstat` tells of the size of whatever is no directory, in bytes. */
export function sizeOf({ type, content, target }: Node): number {
  return type === 'symlink' ? target.length : content.length;
}

/** Copies a tree; a file of several names stays one file. */
function copyTree(node: Node, copies: Map<Node, Node>): Node {
  if (node.children === undefined) {
    const seen = copies.get(node);
    if (seen !== undefined) return seen;
    const copy = { ...node };
    copies.set(node, copy);
    return copy;
  }
  const children = new Map<ByteText, Node>();
  for (const [name, child] of node.children) children.set(name, copyTree(child, copies));
  return { ...node, children };
}

/** Takes away whatever is in a directory, which is modified where that was something. */
export function empty(directory: Node): void {
  if (directory.children?.size !== 0) directory.time = {};
  directory.children = new Map();
}

/** The tree of one layer. Forks of a model share its files until one of them writes. */
export class Tree {
  root: Node;
  /** False once something happened to it that the model cannot follow. */
  isKnown = true;
  #isShared = false;

  constructor(root: Node = newNode('directory', 0o755)) {
    this.root = root;
  }

  /** Gives the same tree to somebody else. */
  share(): Tree {
    this.#isShared = true;
    const other = new Tree(this.root);
    other.#isShared = true;
    other.isKnown = this.isKnown;
    return other;
  }

  /** Takes files that are nobody else's. */
  replace(root: Node): void {
    this.root = root;
    this.#isShared = false;
  }

  /** Gives its root to the host's root. */
  disown(bits = this.root.mode & 0o777): void {
    const mode = (this.root.mode & 0o777) === bits ? this.root.mode : bits;
    if (this.root.uid === 0 && this.root.gid === 0 && this.root.mode === mode) return;
    this.root = { ...this.root, uid: 0, gid: 0, mode };
  }

  /** Takes away whatever is in it. */
  empty(): void {
    this.own();
    empty(this.root);
  }

  /** Makes it safe to write to. Gives what was copied for that; nothing where nothing was. */
  own(): ReadonlyMap<Node, Node> | undefined {
    if (!this.#isShared) return undefined;
    this.#isShared = false;
    const copies = new Map<Node, Node>();
    this.root = copyTree(this.root, copies);
    return copies;
  }
}

const encoder = new TextEncoder();

/** Gives the bytes of a text, one character for each. */
export function bytesOf(text: string): ByteText {
  // eslint-disable-next-line no-control-regex
  return /^[\0-\x7f]*$/.test(text) ? text : String.fromCharCode(...encoder.encode(text));
}
