import type { ArchiveEntry } from '../../src/oracle/commands/operation.js';
import { itemsOf, writeLayer } from '../../src/oracle/trees/archive.js';
import { type Node, newNode, Tree } from '../../src/oracle/trees/tree.js';
import type { Union } from '../../src/oracle/trees/union.js';
import { Unpacker } from '../../src/oracle/trees/unpack.js';

const UMASK = 0o022;

/** A tree of what an archive brings, whiteouts too. */
export function treeOf(...archive: readonly ArchiveEntry[]): Tree {
  const tree = new Tree();
  const stop = unpack(plain(tree), archive, true);
  if (stop !== undefined) throw new Error(`the archive stops: ${stop}`);
  return tree;
}

/** Layers on one another, the uppermost first and writable. */
export function union(...trees: readonly Tree[]): Union {
  const whiteout = newNode('character', 0);
  return { trees, isWritable: true, isPlain: false, whiteout, isKnown: true };
}

export function plain(tree: Tree): Union {
  const whiteout = undefined;
  return { trees: [tree], isWritable: true, isPlain: true, whiteout, isKnown: true };
}

/** Unpacks as the seed does; gives the errno that it stops with. */
export function unpack(
  into: Union,
  archive: readonly ArchiveEntry[],
  isNative: boolean,
  strict = false,
): string | undefined {
  const below = (): Union => ({ ...into, trees: into.trees.slice(1) });
  const unpacker = new Unpacker(into, { strict, isNative, impliedMode: 0o777 & ~UMASK, below });
  const stop = unpacker.run(itemsOf(archive));
  return stop === undefined ? undefined : (stop.errno ?? 'refused');
}

/** The names of a layer's own archive, in order. */
export function namesOf(tree: Tree): string {
  const written = writeLayer(tree.root, false);
  return written === 'reserved-name' ? written : written.map(({ name }) => name).join(' ');
}

/** A file of a type, in a tree that has nothing else under its path. */
export function nodeOf(type: Node['type'], mode: number, rest: Partial<Node> = {}): Node {
  return { ...newNode(type, mode), ...rest };
}
