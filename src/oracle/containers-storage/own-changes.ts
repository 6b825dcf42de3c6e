import type { ByteText } from '../commands/operation.js';
import { byName } from '../trees/archive.js';
import { isOtherTime } from '../trees/compare.js';
import { isWhiteout, type Node, type Tree } from '../trees/tree.js';
import { hidesBelow, isGoneAbove, lieAt } from './lower-trees.js';

/** What of a directory cannot be told: its size, and whether two times of the run are the same. */
export type Maybe = (path: ByteText) => boolean;

/** Changes of a layer, as `A /path`, in any order; or how telling them fails. */
export type OwnChanges = readonly string[] | 'ENOTDIR' | 'unknown';

/**
 * Tells the changes of a layer from its own files and those of the layers below, as they lie.
 *
 * @source containers/storage pkg/archive/changes.go changes, changes_linux.go overlayDeletedFile
 */
export function ownChanges(root: Node, lowers: readonly Tree[], maybe: Maybe): OwnChanges {
  const run: Run = { lowers, maybe, changes: [], told: new Set(), stop: undefined };
  visit(run, root, '');
  return run.stop ?? run.changes;
}

interface Run {
  readonly lowers: readonly Tree[];
  readonly maybe: Maybe;
  readonly changes: string[];
  /** Directories of which something was told. */
  readonly told: Set<ByteText>;
  stop: 'ENOTDIR' | 'unknown' | undefined;
}

function visit(run: Run, directory: Node, prefix: ByteText): void {
  for (const [name, node] of [...(directory.children ?? [])].sort(byName)) {
    const path = prefix + name;
    const kind = kindOf(run, path, node);
    if (kind === 'ENOTDIR' || kind === 'unknown') run.stop ??= kind;
    else if (kind !== undefined) tell(run, kind, path, node);
    if (run.stop !== undefined) return;
    visit(run, node, `${path}/`);
  }
}

function tell({ changes, told }: Run, kind: 'A' | 'C' | 'D', path: ByteText, node: Node): void {
  if (node.children !== undefined) told.add(path);
  if (kind !== 'C') {
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
      const above = path.slice(0, at);
      if (!told.has(above)) changes.push(`C /${above}`);
      told.add(above);
    }
  }
  changes.push(`${kind} /${path}`);
}

/** In what way a file of the layer is a change; in none where it is a directory as it was. */
function kindOf(
  { lowers, maybe }: Run,
  path: ByteText,
  node: Node,
): 'A' | 'C' | 'D' | 'ENOTDIR' | 'unknown' | undefined {
  if (isWhiteout(node)) return 'D';
  if (node.opaque) {
    const hides = hidesBelow(lowers, path);
    if (hides === 'unknown') return hides;
    if (hides) return 'D';
  }
  for (const { root } of lowers) {
    const lying = lieAt(root, path);
    if (lying === 'unknown') return lying;
    if (typeof lying === 'object' && isWhiteout(lying)) return 'A';
    if (isGoneAbove(root, path)) return 'A';
    // What lies below a file is looked for all the same, and that is an error (CS-5).
    if (lying === 'ENOTDIR') return lying;
    if (lying === 'ENOENT') continue;
    if (lying.children !== undefined && node.children !== undefined) {
      if (isSame(lying, node) && !maybe(path)) return undefined;
    }
    return 'C';
  }
  return 'A';
}

function isSame(a: Node, b: Node): boolean {
  return a.mode === b.mode && isOtherTime(a.time, b.time) !== true;
}
