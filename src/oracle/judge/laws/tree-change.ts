import type { TreeEntry } from '../../commands/answer.js';

/** Entries of a tree by path. */
export type TreeIndex = ReadonlyMap<string, TreeEntry>;

/**
 * Gives the entries of a tree by path.
 *
 * @internal
 */
export function indexTree(tree: readonly TreeEntry[]): TreeIndex {
  return new Map(tree.map((entry) => [entry.path, entry]));
}

/**
 * Gives the changes from one tree to another as `changes` tells them: what is new with everything
 * below it, what is gone without, what differs, and the directories that those lie in.
 *
 * @returns lines as `C /d`, in no order.
 * @internal
 */
export function changesBetween(before: TreeIndex, after: TreeIndex): ReadonlySet<string> {
  const lines = new Set<string>();
  const addParents = (path: string): void => {
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
      const parent = path.slice(0, at);
      lines.add(before.has(parent) ? `C /${parent}` : `A /${parent}`);
    }
  };
  for (const [path, entry] of after) {
    if (path === '') continue;
    const old = before.get(path);
    if (old !== undefined && !isModified(old, entry)) continue;
    lines.add(`${old === undefined ? 'A' : 'C'} /${path}`);
    addParents(path);
  }
  for (const path of before.keys()) {
    if (path === '' || after.has(path)) continue;
    if (after.get(parentOf(path))?.type !== 'directory') continue;
    lines.add(`D /${path}`);
    addParents(path);
  }
  return lines;
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** Content counts by size and time alone; times that know no nanoseconds count by the second. */
function isModified(old: TreeEntry, now: TreeEntry): boolean {
  if (old.type !== now.type || old.mode !== now.mode) return true;
  if (old.uid !== now.uid || old.gid !== now.gid) return true;
  if (String(old.device) !== String(now.device)) return true;
  if (capabilityOf(old) !== capabilityOf(now)) return true;
  if (old.type === 'directory') return false;
  return !isSameTime(old, now) || sizeOf(old) !== sizeOf(now);
}

function isSameTime({ mtime: [a, aNs] }: TreeEntry, { mtime: [b, bNs] }: TreeEntry): boolean {
  return a === b && (aNs === bNs || aNs === 0 || bNs === 0);
}

function capabilityOf({ xattrs }: TreeEntry): string | undefined {
  return xattrs?.['security.capability'];
}

/** Gives the apparent size of an entry that is no directory, in bytes. */
function sizeOf({ content, target }: TreeEntry): number {
  return (content ?? target ?? '').length;
}

/**
 * Sums the sizes of files, each once whatever names it has; directories count nothing.
 *
 * @internal
 */
export function sizeOfFiles(entries: Iterable<TreeEntry>): number {
  const seen = new Set<string>();
  let sum = 0;
  for (const entry of entries) {
    const { type, path, linkOf = path } = entry;
    if (type === 'directory' || seen.has(linkOf)) continue;
    seen.add(linkOf);
    sum += sizeOf(entry);
  }
  return sum;
}

/**
 * Finds what a comparison by size and time cannot see: a path that differs and is no change.
 *
 * @param tell - gives all of an entry that matters.
 * @internal
 */
export function findHidden(
  before: TreeIndex,
  after: TreeIndex,
  tell: (entry: TreeEntry) => string,
): string | undefined {
  for (const [path, entry] of after) {
    const old = before.get(path);
    if (old === undefined || path === '') continue;
    if (!isModified(old, entry) && tell(old) !== tell(entry)) return path;
  }
  return undefined;
}
