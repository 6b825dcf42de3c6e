import type { ComparedFile } from '../../src/domain/diffs/change.js';
import type { TreeEntry } from '../../src/domain/diffs/tree-changes.js';
import { compareBytes, encodeUtf8 } from '../../src/domain/utf8.js';

/** A tree for comparing, written down: names to entries. */
export interface SketchedTree {
  readonly [name: string]: SketchedEntry;
}

/** An entry of a sketched tree; what is left out is a plain file's. */
export type SketchedEntry = Partial<ComparedFile['stat']> & {
  readonly capability?: Uint8Array;
  readonly children?: SketchedTree;
};

const PLAIN: ComparedFile['stat'] = {
  mode: 0o100644,
  uid: 0,
  gid: 0,
  rdevMajor: 0,
  rdevMinor: 0,
  size: 0n,
  mtime: { seconds: 0n, nanoseconds: 0 },
};

/** Gives a sketched directory with its children. */
export function directory(children: SketchedTree = {}, rest: SketchedEntry = {}): SketchedEntry {
  return { mode: 0o040755, ...rest, children };
}

/** Gives the collected tree of a sketch. */
export function treeOf(children: SketchedTree, rest: SketchedEntry = {}): TreeEntry {
  return entryOf('', directory(children, rest));
}

function entryOf(name: string, sketch: SketchedEntry): TreeEntry {
  const { capability, children = {}, ...stat } = sketch;
  const below = Object.entries(children).map(([child, entry]) => entryOf(child, entry));
  return {
    name: encodeUtf8(name),
    stat: { ...PLAIN, ...stat },
    capability,
    children: below.sort((a, b) => compareBytes(a.name, b.name)),
  };
}
