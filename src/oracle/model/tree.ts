import type { ByteText, Moment } from '../commands/operation.js';
import type { TreeEntry } from '../commands/answer.js';

/**
 * When a file was modified: a moment that an operation named, `now` for some moment of the run,
 * which is no moment that an operation names, or `open` where it may be either. Every `now` is an
 * object of its own: a copy of the file keeps it, and two different ones may be the same moment.
 */
export type Time = { readonly moment?: Moment; readonly open?: boolean };

/** A file. It is the same file under each of its names; only its owner changes it. */
export interface Node {
  type: TreeEntry['type'];
  mode: number;
  uid: number;
  gid: number;
  time: Time;
  content: ByteText;
  target: ByteText;
  device: readonly [number, number];
  /** Without the overlay's own; undefined where there are none. */
  xattrs: ReadonlyMap<string, ByteText> | undefined;
  /** A directory that hides what lies below it in the layers below. */
  opaque: boolean;
  children: Map<string, Node> | undefined;
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

/** Tells what a layer says instead of a file that lies below and is gone. */
export function isWhiteout({ type, device }: Node): boolean {
  return type === 'character' && device[0] === 0 && device[1] === 0;
}

/** Copies a tree; a file of several names stays one file. */
export function copyTree(node: Node, copies = new Map<Node, Node>()): Node {
  const seen = copies.get(node);
  if (seen !== undefined) return seen;
  const copy = { ...node };
  copies.set(node, copy);
  if (node.children !== undefined) {
    copy.children = new Map();
    for (const [name, child] of node.children) copy.children.set(name, copyTree(child, copies));
  }
  return copy;
}

/** The tree of one layer. Forks of a model share it until one of them writes. */
export class Tree {
  root: Node;
  isShared = false;
  /** False once something happened to it that the model cannot follow. */
  isKnown = true;

  constructor(root: Node = newNode('directory', 0o755)) {
    this.root = root;
  }

  /** Gives the tree to a fork. */
  share(): Tree {
    this.isShared = true;
    const other = new Tree(this.root);
    other.isShared = true;
    other.isKnown = this.isKnown;
    return other;
  }

  /** Makes it safe to write to. */
  own(): void {
    if (this.isShared) this.root = copyTree(this.root);
    this.isShared = false;
  }
}
