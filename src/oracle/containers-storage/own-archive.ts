import type { ByteText } from '../commands/operation.js';
import { ArchiveWriter, byName, type Item } from '../trees/archive.js';
import { isWhiteout, type Node, type Tree } from '../trees/tree.js';
import { hidesBelow, lieAt, type Lying } from './lower-trees.js';

/** C-12: attributes that an archive carries. */
function isCarried(name: string): boolean {
  return name === 'security.capability' || name.startsWith('user.');
}

/** Gives a writer of archives as the store writes them. */
export function storeWriter(): ArchiveWriter {
  return new ArchiveWriter(false, isCarried);
}

/**
 * Writes a layer as it lies. C-11: whiteouts are of no mode, and a directory that hides nothing is
 * not told as one that does.
 */
export function writeOwn(root: Node, lowers: readonly Tree[]): readonly Item[] | 'unknown' {
  const writer = storeWriter();
  let isKnown = true;
  const walk = (node: Node, prefix: ByteText): void => {
    for (const [name, child] of [...(node.children ?? [])].sort(byName)) {
      const path = prefix + name;
      if (isWhiteout(child)) writer.addWhiteout(path, 0, child);
      else writer.add(path, child);
      if (child.children === undefined) continue;
      const hides = child.opaque && hidesBelow(lowers, path);
      if (hides === 'unknown') isKnown = false;
      else if (hides) writer.addOpaque(path, child);
      walk(child, `${path}/`);
    }
  };
  walk(root, '');
  return isKnown ? writer.items : 'unknown';
}

/**
 * C-13: what was applied is given back, header by header; what files hold is read from the layer,
 * else from those below it, and has to be what it was.
 *
 * @returns the archive; or that reading fails; or that nobody can say.
 */
export function writeApplied(
  applied: readonly Item[],
  trees: readonly Tree[],
): readonly Item[] | 'broken' | 'unknown' {
  for (const { name, type, content } of applied) {
    if (type !== 'file' || content === '') continue;
    const path = name.split('/').filter((part) => part !== '' && part !== '.');
    const found = path.includes('..') ? 'unknown' : firstOf(trees, path.join('/'));
    // A fifo is waited for without end.
    if (found === 'unknown' || (typeof found === 'object' && found.type === 'fifo')) {
      return 'unknown';
    }
    if (typeof found === 'string' || found.type !== 'file' || found.content !== content) {
      return 'broken';
    }
  }
  return applied.map((item) => (item.type === 'link' ? { ...item, link: item.target } : item));
}

function firstOf(trees: readonly Tree[], path: ByteText): Lying {
  for (const { root } of trees) {
    const lying = lieAt(root, path);
    // A device or socket that cannot be opened is passed over.
    if (typeof lying === 'object' && isWhiteout(lying)) continue;
    if (typeof lying === 'object' || lying === 'unknown') return lying;
  }
  return 'ENOENT';
}
