import type { ErrnoName } from '../../domain/go/errno.js';

/**
 * What can be done to a driver and to what it made, as data that JSON holds: generators make it,
 * reports and replay tokens carry it, models and targets take it.
 */

/** Bytes as text, one character a byte, so that JSON carries any of them. */
export type ByteText = string;

/** A moment as whole seconds and nanoseconds. */
export type Moment = readonly [seconds: number, nanoseconds: number];

/** The kinds of files that an archive or a change may make. */
export type NodeKind = 'fifo' | 'character' | 'block' | 'socket';

/**
 * One change below a layer's tree. Paths are relative to the tree, `''` is its root. The directory
 * of a path is found with the tree for `/`, its last name is not followed. `write`, `append` and
 * `truncate` fail with EISDIR on a directory, ELOOP on a symlink and ENXIO on what else is no
 * regular file; `write` alone makes a file, 0644 less the umask. `chmod` of a symlink is ELOOP.
 * `utimes` sets both times. The root takes a mode, an owner, times and attributes, else EBUSY.
 */
export type FileChange =
  | { readonly do: 'write'; readonly path: string; readonly content: ByteText }
  | { readonly do: 'append'; readonly path: string; readonly content: ByteText }
  | { readonly do: 'truncate'; readonly path: string; readonly size: number }
  | { readonly do: 'mkdir'; readonly path: string; readonly mode: number }
  | { readonly do: 'symlink'; readonly path: string; readonly target: string }
  | { readonly do: 'link'; readonly path: string; readonly from: string }
  | {
      readonly do: 'mknod';
      readonly path: string;
      readonly kind: NodeKind;
      readonly mode: number;
      readonly major: number;
      readonly minor: number;
    }
  | { readonly do: 'unlink'; readonly path: string }
  | { readonly do: 'rmdir'; readonly path: string }
  | { readonly do: 'remove-tree'; readonly path: string }
  | { readonly do: 'rename'; readonly path: string; readonly to: string }
  | { readonly do: 'chmod'; readonly path: string; readonly mode: number }
  | { readonly do: 'chown'; readonly path: string; readonly uid: number; readonly gid: number }
  | { readonly do: 'utimes'; readonly path: string; readonly mtime: Moment }
  | {
      readonly do: 'setxattr';
      readonly path: string;
      readonly name: string;
      readonly value: ByteText;
    };

/** One entry of an archive; names are taken as they are, `.wh.` ones too. */
export interface ArchiveEntry {
  readonly name: ByteText;
  readonly type: 'file' | 'directory' | 'symlink' | 'link' | NodeKind;
  readonly mode: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly mtime?: Moment;
  readonly content?: ByteText;
  /** Of a symlink or hard link. */
  readonly target?: ByteText;
  readonly major?: number;
  readonly minor?: number;
  readonly xattrs?: Readonly<Record<string, ByteText>>;
}

/** What of a layer's metadata somebody else writes to. */
export type TamperPart = 'link' | 'lower' | 'committed' | 'symlink' | 'diff' | 'work';

/**
 * What becomes of it: gone, empty, or another text. In a text `{link:a}` stands for the link id of
 * layer `a`, since nobody knows it before. For `symlink` the text is its target.
 */
export type TamperTo = 'missing' | 'empty' | { readonly text: string };

/**
 * The machine goes down with the process: which of the writes that were not synced are lost, by
 * their place among those of the operation, and what becomes of files that were never synced.
 */
export interface PowerLoss {
  readonly lost: 'all' | readonly number[];
  readonly newFiles: 'emptied' | 'removed';
}

/**
 * What goes wrong in an operation. Its calls that change something or make changes last are counted
 * from 1: one of them fails without being made, or the process ends instead of making it; where
 * there are fewer, it ends after the operation.
 */
export type FaultPlan =
  | { readonly fault: 'fail'; readonly at: number; readonly errno: ErrnoName }
  | { readonly fault: 'crash'; readonly at: number; readonly power?: PowerLoss };

/** One operation of a sequence, and what goes wrong in it. */
export type Operation = SoundOperation & { readonly fault?: FaultPlan };

/** An operation in which nothing goes wrong. */
export type SoundOperation =
  | {
      readonly op: 'create';
      readonly id: string;
      readonly parent: string;
      readonly readWrite: boolean;
      readonly storage?: readonly (readonly [key: string, value: string])[];
    }
  | { readonly op: 'remove'; readonly id: string }
  | { readonly op: 'get'; readonly id: string; readonly label?: string }
  | { readonly op: 'put'; readonly id: string }
  | { readonly op: 'exists'; readonly id: string }
  | { readonly op: 'metadata'; readonly id: string }
  | { readonly op: 'status' }
  | { readonly op: 'cleanup' }
  | {
      readonly op: 'apply';
      readonly id: string;
      readonly parent: string;
      readonly archive: readonly ArchiveEntry[];
    }
  | { readonly op: 'diff'; readonly id: string; readonly parent: string }
  | { readonly op: 'diffSize'; readonly id: string; readonly parent: string }
  | { readonly op: 'changes'; readonly id: string; readonly parent: string }
  /** The archive of one layer is applied to another: the round trip of a push and a pull. */
  | {
      readonly op: 'transfer';
      readonly from: string;
      readonly fromParent: string;
      readonly to: string;
      readonly toParent: string;
    }
  /** A change in the tree that the last Get of the layer gave. */
  | { readonly op: 'file'; readonly id: string; readonly change: FileChange }
  /** A look at that whole tree. */
  | { readonly op: 'walk'; readonly id: string }
  /** Another driver on the same home: in the same process, or in a new one. */
  | { readonly op: 'restart'; readonly process: 'same' | 'new' }
  /** Somebody else unmounts a layer's `merged`. */
  | { readonly op: 'umount'; readonly id: string }
  | {
      readonly op: 'tamper';
      readonly id: string;
      readonly part: TamperPart;
      readonly to: TamperTo;
    };

/** The name of an operation. */
export type OperationName = Operation['op'];

/** What a sequence runs on. Lengths decide where mount data meets the page. */
export interface Surroundings {
  /** The last component of the home, made longer by that many characters. */
  readonly homePadding: number;
}
