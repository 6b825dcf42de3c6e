import type { ByteText } from '../commands/operation.js';
import { resolveLowers } from '../store/mounting.js';
import type { Core, Layer } from '../store/state.js';
import { isWhiteout, type Node, type Tree } from '../trees/tree.js';

/** Gives what lies below a layer, uppermost first; nothing where a link of it is lost. */
export function lowerTrees(core: Core, { lower }: Layer): readonly Tree[] | undefined {
  if (lower === undefined) return [];
  const paths = resolveLowers(core, lower);
  if (typeof paths === 'string') return undefined;
  const trees = paths.map((path) => core.state.layerOfDiff(path)?.diff);
  return trees.every((tree) => tree !== undefined) ? trees : undefined;
}

/** What a path leads to in one layer as it lies: a file, or why there is none. */
export type Lying = Node | 'ENOENT' | 'ENOTDIR' | 'unknown';

/** Looks a path up in one layer; what leads on by a symlink leads anywhere on the machine. */
export function lieAt(root: Node, path: ByteText): Lying {
  let node = root;
  for (const name of path.split('/')) {
    if (node.type === 'symlink') return 'unknown';
    if (node.children === undefined) return 'ENOTDIR';
    const next = node.children.get(name);
    if (next === undefined) return 'ENOENT';
    node = next;
  }
  return node.type === 'symlink' ? 'unknown' : node;
}

/** Whether a layer has a whiteout at a path, or a directory above it has become one. */
function isGoneIn(root: Node, path: ByteText): boolean {
  const lying = lieAt(root, path);
  return typeof lying === 'object' && isWhiteout(lying);
}

/** Whether a layer has whiteouts at one of the directories above a path. */
export function isGoneAbove(root: Node, path: ByteText): boolean {
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
    if (isGoneIn(root, path.slice(0, at))) return true;
  }
  return false;
}

/**
 * Tells whether a directory that hides what is below it hides anything: the first layer that says
 * something of it decides.
 *
 * @source containers/storage pkg/archive/archive_linux.go ConvertWrite, changes_linux.go
 */
export function hidesBelow(lowers: readonly Tree[], path: ByteText): boolean | 'unknown' {
  for (const { root } of lowers) {
    const lying = lieAt(root, path);
    if (lying === 'unknown') return lying;
    if (typeof lying === 'object') return !isWhiteout(lying);
    if (isGoneAbove(root, path)) return false;
  }
  return false;
}

/** Whether all is known of what layers hold. */
export function areSure(trees: readonly Tree[]): boolean {
  return trees.every((tree) => tree.isKnown);
}
