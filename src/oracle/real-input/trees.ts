import type { Directory } from '../../ports/file-system.js';
import type { Target } from '../targets/target.js';

/**
 * Lends the trees of some layers, mounted, and takes them back whatever happens.
 *
 * @internal
 */
export async function withTrees<T>(
  target: Target,
  ids: readonly string[],
  use: (...trees: Directory[]) => Promise<T>,
): Promise<T> {
  const trees: Directory[] = [];
  const users: string[] = [];
  try {
    for (const id of ids) {
      const path = await target.driver.get(id, '');
      users.push(id);
      trees.push(await target.files.openRoot(path));
    }
    return await use(...trees);
  } finally {
    for (const tree of trees.reverse()) await tree.close();
    for (const id of users.reverse()) await target.driver.put(id);
  }
}

/**
 * Lends the tree of one layer.
 *
 * @internal
 */
export function withTree<T>(
  target: Target,
  id: string,
  use: (tree: Directory) => Promise<T>,
): Promise<T> {
  return withTrees(target, [id], (tree) => {
    if (tree === undefined) throw new Error(`no tree for layer ${id}`);
    return use(tree);
  });
}
