/**
 * Establishes which changes lie between two trees and in which order they come, by the worked
 * examples as they were observed.
 */
import { describe, expect, it } from 'vitest';
import { formatChange } from '../../../../src/domain/diffs/change.js';
import { treeChanges } from '../../../../src/domain/diffs/tree-changes.js';
import type { TreeEntry } from '../../../../src/domain/diffs/tree-changes.js';
import { directory, treeOf } from '../../../helpers/trees.js';
import type { SketchedEntry, SketchedTree } from '../../../helpers/trees.js';

const BIT = { directoryBitAlone: true };
const TYPE = { directoryBitAlone: false };
const ms = (milliseconds: number): SketchedEntry => ({
  mtime: { seconds: 7n, nanoseconds: milliseconds * 1_000_000 },
});
const DIR_WITH_X = directory({ x: {} });

function changesOf(before: TreeEntry, after: TreeEntry, rules = BIT): readonly string[] {
  return treeChanges(before, after, rules).map(formatChange);
}

describe('treeChanges', () => {
  it.each<[string, SketchedTree, SketchedTree, readonly string[]]>([
    ['content of the same size and time', { f: {} }, { f: {} }, []],
    ['a time of 0 ns against 5 ms of the same second', { f: ms(0) }, { f: ms(5) }, []],
    ['1 ms against 5 ms', { f: ms(1) }, { f: ms(5) }, ['C /f']],
    ['the time of a directory', { d: directory({}, ms(1)) }, { d: directory({}, ms(5)) }, []],
    [
      'the mode of a directory',
      { d: directory() },
      { d: directory({}, { mode: 0o040700 }) },
      ['C /d'],
    ],
    ['a directory that became a file', { d: DIR_WITH_X }, { d: {} }, ['C /d']],
    ['a file that became a directory', { d: {} }, { d: DIR_WITH_X }, ['C /d', 'A /d/x']],
    ['a directory that became a fifo', { d: DIR_WITH_X }, { d: { mode: 0o010644 } }, ['C /d']],
    [
      'a deleted subtree',
      { a: directory({ b: directory({ c: directory({ x: {} }) }) }) },
      { a: directory({ b: directory() }) },
      ['C /a', 'C /a/b', 'D /a/b/c'],
    ],
    [
      'a new file two levels down',
      { a: directory({ b: directory() }) },
      { a: directory({ b: directory({ n: {} }) }) },
      ['C /a', 'C /a/b', 'A /a/b/n'],
    ],
    ['a retargeted symlink', { s: { mode: 0o120777 } }, { s: { mode: 0o120777 } }, []],
    ['a capability', { f: {} }, { f: { capability: Uint8Array.of(1) } }, ['C /f']],
  ])('tells of %s', (_what, before, after, changes) => {
    expect(changesOf(treeOf(before), treeOf(after))).toStrictEqual(changes);
    expect(changesOf(treeOf(before), treeOf(after), TYPE)).toStrictEqual(changes);
  });

  it.each([
    ['block device', 0o060644],
    ['socket', 0o140755],
  ])('names the old children of a directory that became a %s in moby-2019', (_what, mode) => {
    const [before, after] = [treeOf({ d: DIR_WITH_X }), treeOf({ d: { mode } })];

    expect(changesOf(before, after)).toStrictEqual(['C /d', 'D /d/x']);
    expect(changesOf(before, after, TYPE)).toStrictEqual(['C /d']);
  });

  it('never tells of the root itself', () => {
    expect(changesOf(treeOf({}), treeOf({}, { mode: 0o040700, uid: 9 }))).toStrictEqual([]);
    expect(changesOf(treeOf({}), treeOf({ a: {} }, { mode: 0o040700 }))).toStrictEqual(['A /a']);
  });

  it('lists everything below an added directory', () => {
    expect(changesOf(treeOf({}), treeOf({ c: {}, d: directory({ y: {} }) }))).toStrictEqual([
      'A /c',
      'A /d',
      'A /d/y',
    ]);
  });

  it('tells of a modified directory once, before what changed inside', () => {
    const before = treeOf({ d: directory({ x: {} }) });
    const after = treeOf({ d: directory({ x: { size: 1n } }, { mode: 0o040700 }) });

    expect(changesOf(before, after)).toStrictEqual(['C /d', 'C /d/x']);
  });

  it('puts the record of an unchanged directory right before what changed inside', () => {
    const before = treeOf({ a: {}, d: directory({ x: {}, y: {} }), z: {} });
    const after = treeOf({
      a: { size: 1n },
      d: directory({ x: { size: 1n }, y: { size: 1n } }),
      z: { size: 1n },
    });

    expect(changesOf(before, after)).toStrictEqual(['C /a', 'C /d', 'C /d/x', 'C /d/y', 'C /z']);
  });

  it('tells the changes of a container session', () => {
    const before = treeOf({ a: {}, b: {}, c: {}, d: directory({ x: {} }) });
    const after = treeOf({ c: { mode: 0o100600 }, d: directory({ y: {} }) });

    expect(changesOf(before, after)).toStrictEqual([
      'C /c',
      'C /d',
      'A /d/y',
      'D /d/x',
      'D /a',
      'D /b',
    ]);
  });

  it('matches names by their bytes', () => {
    const before = treeOf({ B: {}, a: {}, é: {} });
    const after = treeOf({ a: {}, z: {}, é: {} });

    expect(changesOf(before, after)).toStrictEqual(['A /z', 'D /B']);
  });

  it('names the bytes of a path that is not UTF-8', () => {
    const entry = treeOf({});
    const strange = { ...treeOf({}), children: [{ ...entry, name: Uint8Array.of(0xff) }] };

    expect(treeChanges(treeOf({}), strange, BIT)[0]?.path).toStrictEqual(Uint8Array.of(0x2f, 0xff));
  });
});
