import type { Tree } from '../trees/tree.js';
import type { Union } from '../trees/union.js';
import type { Layer } from './state.js';

/** The tree at a path that Get gave, as it is now; nothing where there is no such directory. */
export function treeGiven(layer: Layer, given: 'merged' | 'diff'): Union | undefined {
  return (
    (given === 'merged' && layer.mount) || plainIf(given === 'diff' ? layer.diff : layer.merged)
  );
}

/** A directory that is no overlay, where it is there. */
export function plainIf(tree: Tree | undefined): Union | undefined {
  return tree === undefined ? undefined : plain(tree);
}

/** A directory that is no overlay. */
export function plain(tree: Tree): Union {
  const { isKnown } = tree;
  return { trees: [tree], isWritable: true, isPlain: true, whiteout: undefined, isKnown };
}

/** Whether the model knows what all of some trees show. */
export function areKnown(trees: readonly (Union | undefined)[]): boolean {
  return trees.every(
    (union) => union === undefined || (union.isKnown && union.trees.every((it) => it.isKnown)),
  );
}
