/**
 * Establishes the laws of comparing trees: a tree does not differ from itself, changes name what is
 * there, come parents first and at most once, and undo and redo mirror each other.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatChange } from '../../../../src/domain/diffs/change.js';
import type { Change } from '../../../../src/domain/diffs/change.js';
import { treeChanges } from '../../../../src/domain/diffs/tree-changes.js';
import type { TreeEntry } from '../../../../src/domain/diffs/tree-changes.js';
import { decodeUtf8 } from '../../../../src/domain/utf8.js';
import { directory, treeOf } from '../../../helpers/trees.js';
import type { SketchedEntry, SketchedTree } from '../../../helpers/trees.js';

const TYPE = { directoryBitAlone: false };
const BIT = { directoryBitAlone: true };

const { tree: sketches } = fc.letrec<{ tree: SketchedTree; entry: SketchedEntry }>((tie) => ({
  tree: fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), tie('entry'), { maxKeys: 4 }),
  entry: fc.oneof(
    { depthSize: 'small' },
    fc.record({
      mode: fc.constantFrom(0o100644, 0o100600, 0o120777, 0o010644, 0o060644, 0o140755),
      size: fc.constantFrom(0n, 1n),
    }),
    tie('tree').map((children) => directory(children)),
  ),
}));
const trees = sketches.map((sketch) => treeOf(sketch));

function pathsOf(tree: TreeEntry, above = ''): readonly string[] {
  return tree.children.flatMap((child) => {
    const path = `${above}/${decodeUtf8(child.name)}`;
    return [path, ...pathsOf(child, path)];
  });
}

function pathsOfKind(changes: readonly Change[], kind: Change['kind']): readonly string[] {
  return changes.filter((one) => one.kind === kind).map((one) => decodeUtf8(one.path));
}

describe('treeChanges', () => {
  it('finds nothing between a tree and itself', () => {
    fc.assert(
      fc.property(trees, (tree) => {
        expect(treeChanges(tree, tree, BIT)).toStrictEqual([]);
      }),
    );
  });

  it('adds every path of a tree to an empty one, and deletes its top again', () => {
    fc.assert(
      fc.property(trees, (tree) => {
        const empty = treeOf({});
        const top = tree.children.map((child) => `/${decodeUtf8(child.name)}`);

        expect(treeChanges(empty, tree, TYPE).map(formatChange)).toStrictEqual(
          pathsOf(tree).map((path) => `A ${path}`),
        );
        expect(pathsOfKind(treeChanges(tree, empty, TYPE), 'delete')).toStrictEqual(top);
      }),
    );
  });

  it('adds exactly the paths that only the new tree has, and deletes none that it has', () => {
    fc.assert(
      fc.property(trees, trees, (before, after) => {
        const changes = treeChanges(before, after, TYPE);
        const [old, now] = [new Set(pathsOf(before)), new Set(pathsOf(after))];
        const added = pathsOfKind(changes, 'add');
        const deleted = pathsOfKind(changes, 'delete');
        const modified = pathsOfKind(changes, 'modify');

        expect([...added].sort()).toStrictEqual([...now].filter((path) => !old.has(path)).sort());
        expect(deleted.every((path) => old.has(path) && !now.has(path))).toBe(true);
        expect(modified.every((path) => old.has(path) && now.has(path))).toBe(true);
      }),
    );
  });

  it('names each path once, after its parent, and never without it', () => {
    fc.assert(
      fc.property(trees, trees, fc.boolean(), (before, after, directoryBitAlone) => {
        const paths = treeChanges(before, after, { directoryBitAlone }).map((one) =>
          decodeUtf8(one.path),
        );

        expect(new Set(paths).size).toBe(paths.length);
        for (const [at, path] of paths.entries()) {
          const parent = path.slice(0, path.lastIndexOf('/'));
          if (parent !== '') expect(paths.slice(0, at)).toContain(parent);
        }
      }),
    );
  });

  it('finds a change one way exactly where it finds one the other way', () => {
    fc.assert(
      fc.property(trees, trees, (before, after) => {
        const there = treeChanges(before, after, TYPE);
        const back = treeChanges(after, before, TYPE);

        expect(there.length === 0).toBe(back.length === 0);
      }),
    );
  });
});
