import type { ByteText, Moment } from './operation.js';

/**
 * What a target answered to an operation, as data. Whoever judges compares outcome, errno and
 * error class; texts are kept for the report.
 */

/** How an operation failed. */
export interface Failure {
  readonly ok: false;
  /** The class: `syscall`, `max-depth`, `invalid-layer-id`, `option` … */
  readonly code: string;
  /** Of a failed system call, or of the one behind the failure. */
  readonly errno?: string;
  readonly message: string;
}

/** One file of a tree, as `walk` tells it. */
export interface TreeEntry {
  /** Relative to the tree, `''` for its root; slash-joined. */
  readonly path: ByteText;
  readonly type: 'file' | 'directory' | 'symlink' | 'fifo' | 'character' | 'block' | 'socket';
  /** Permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtime: Moment;
  /** Of a regular file. */
  readonly content?: ByteText;
  readonly target?: ByteText;
  readonly device?: readonly [major: number, minor: number];
  /** The first path, in the order of paths as texts, that is the same file; on the others. */
  readonly linkOf?: ByteText;
  /** Those a layer may carry; empty ones are left out. */
  readonly xattrs?: Readonly<Record<string, ByteText>>;
}

/**
 * One entry of the archive that `diff` gave. A hard link is a file with `link` and no `content`; a
 * link name that an entry of another type but a symlink carries is its `link`, too.
 */
export interface ArchivedEntry extends Omit<TreeEntry, 'path' | 'linkOf'> {
  readonly name: ByteText;
  readonly link?: ByteText;
}

/** What an operation gave, by its kind. */
export type Value =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'flag'; readonly flag: boolean }
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'size'; readonly bytes: string }
  | { readonly kind: 'rows'; readonly rows: readonly (readonly [string, string])[] }
  | { readonly kind: 'metadata'; readonly metadata: Readonly<Record<string, string>> }
  | { readonly kind: 'changes'; readonly changes: readonly string[] }
  | { readonly kind: 'archive'; readonly entries: readonly ArchivedEntry[] }
  | { readonly kind: 'tree'; readonly entries: readonly TreeEntry[] };

/** Everything that an operation can answer. */
export type Answer = { readonly ok: true; readonly value: Value } | Failure;

/** Where a name in a home leads, with link ids told by what they stand for. */
export type LinkText =
  /** The link id of a layer, whose symlink points at the layer. */
  | { readonly of: string }
  /** A link id that no symlink has. */
  | { readonly dangling: true }
  /** Anything else. */
  | { readonly text: string };

/** One directory of a home. */
export interface LayerView {
  readonly id: string;
  /** `committed`, `diff`, `incomplete`, `link`, `lower`, `merged`, `work` and whatever else. */
  readonly names: readonly string[];
  /** Absent where the layer has no `link`. */
  readonly link?: LinkText;
  /** Uppermost first; absent where the layer has no `lower`. */
  readonly lower?: readonly LinkText[];
  readonly mounted: boolean;
}

/** A home between two operations, free of what is random. */
export interface HomeView {
  /** By id. */
  readonly layers: readonly LayerView[];
  /** Targets of the symlinks in `l/`, sorted; one entry a symlink. */
  readonly links: readonly string[];
  /** Whatever else lies in the home. */
  readonly strays: readonly string[];
}
