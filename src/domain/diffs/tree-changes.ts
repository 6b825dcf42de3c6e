import { compareBytes, concatBytes, encodeUtf8 } from '../utf8.js';
import { isComparedAsDirectory, isModified } from './change.js';
import type { Change, ChangeKind, ChangeRules, ComparedFile } from './change.js';

/**
 * A file of a collected tree.
 *
 * @public
 * @since 0.1.0
 */
export interface TreeEntry extends ComparedFile {
  /** One path component, as bytes; not looked at in a root. */
  readonly name: Uint8Array;
  /** Ordered by the bytes of their names, without duplicates; empty unless a directory. */
  readonly children: readonly TreeEntry[];
}

const SLASH = encodeUtf8('/');
const ROOT_PATH = new Uint8Array();

/**
 * Gives the differences between two collected trees. A directory with changes inside is itself
 * *modified*; everything below an added one is added; of what was deleted, only the top is named.
 * Roots themselves are not compared.
 *
 * @returns changes, parents before children; siblings by name, with the deleted ones last.
 * @source moby pkg/archive/changes.go addChanges
 * @public
 * @since 0.1.0
 */
export function treeChanges(
  before: TreeEntry,
  after: TreeEntry,
  rules: ChangeRules,
): readonly Change[] {
  const changes: Change[] = [];
  addChildren({ changes, rules }, ROOT_PATH, before.children, after.children);
  return changes;
}

interface Comparison {
  readonly changes: Change[];
  readonly rules: ChangeRules;
}

function addChildren(
  comparison: Comparison,
  parent: Uint8Array,
  before: readonly TreeEntry[],
  after: readonly TreeEntry[],
): void {
  const deleted: TreeEntry[] = [];
  let at = 0;
  for (const entry of after) {
    let old = before[at];
    while (old !== undefined && compareBytes(old.name, entry.name) < 0) {
      deleted.push(old);
      at += 1;
      old = before[at];
    }
    const isKept = old !== undefined && compareBytes(old.name, entry.name) === 0;
    if (isKept) at += 1;
    addEntry(comparison, pathOf(parent, entry), isKept ? old : undefined, entry);
  }
  deleted.push(...before.slice(at));
  for (const entry of deleted) {
    comparison.changes.push({ path: pathOf(parent, entry), kind: 'delete' });
  }
}

function addEntry(
  comparison: Comparison,
  path: Uint8Array,
  before: TreeEntry | undefined,
  after: TreeEntry,
): void {
  const { changes, rules } = comparison;
  const at = changes.length;
  const isDirectory = isComparedAsDirectory(after.stat.mode, rules);
  const kind = decideKind(before, after, rules);
  if (kind !== undefined) changes.push({ path, kind });

  // What a directory held is only missed where the new entry is one as well; else it went with it.
  const missed = isDirectory ? (before?.children ?? []) : [];
  addChildren(comparison, path, missed, after.children);

  const hasInnerChange = changes.length > at;
  if (kind === undefined && hasInnerChange) changes.splice(at, 0, { path, kind: 'modify' });
}

function decideKind(
  before: TreeEntry | undefined,
  after: TreeEntry,
  rules: ChangeRules,
): ChangeKind | undefined {
  if (before === undefined) return 'add';
  return isModified(before, after, rules) ? 'modify' : undefined;
}

function pathOf(parent: Uint8Array, entry: TreeEntry): Uint8Array {
  return concatBytes(parent, SLASH, entry.name);
}
