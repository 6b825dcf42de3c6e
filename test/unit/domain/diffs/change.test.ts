/**
 * Establishes which differences of two files count as a change, by one example a field, and
 * how changes are printed and ordered.
 */
import { describe, expect, it } from 'vitest';
import {
  changeKindNumber,
  compareChanges,
  formatChange,
  isComparedAsDirectory,
  isModified,
  isSameTime,
} from '../../../../src/domain/diffs/change.js';
import type { Change, ChangeKind, ComparedFile } from '../../../../src/domain/diffs/change.js';
import { encodeUtf8 } from '../../../../src/domain/utf8.js';

const BIT = { directoryBitAlone: true };
const TYPE = { directoryBitAlone: false };
const FILE: ComparedFile['stat'] = {
  mode: 0o100644,
  uid: 1,
  gid: 2,
  rdevMajor: 3,
  rdevMinor: 4,
  size: 5n,
  mtime: { seconds: 100n, nanoseconds: 1_000_000 },
};

function file(
  stat: Partial<ComparedFile['stat']> = {},
  capability?: readonly number[],
): ComparedFile {
  const bytes = capability === undefined ? undefined : Uint8Array.from(capability);
  return { stat: { ...FILE, ...stat }, capability: bytes };
}

function change(path: string, kind: ChangeKind = 'add'): Change {
  return { path: encodeUtf8(path), kind };
}

describe('isSameTime', () => {
  it.each<[readonly [number, number], readonly [number, number], boolean]>([
    [[1, 5], [1, 5], true],
    [[1, 0], [1, 5_000_000], true],
    [[1, 5_000_000], [1, 0], true],
    [[1, 0], [1, 0], true],
    [[1, 1_000_000], [1, 5_000_000], false],
    [[1, 5], [2, 5], false],
    [[1, 0], [2, 0], false],
    [[-1, 0], [-1, 7], true],
  ])('compares %j with %j', ([aSeconds, aNanos], [bSeconds, bNanos], same) => {
    const a = { seconds: BigInt(aSeconds), nanoseconds: aNanos };
    const b = { seconds: BigInt(bSeconds), nanoseconds: bNanos };

    expect(isSameTime(a, b)).toBe(same);
  });
});

describe('isComparedAsDirectory', () => {
  it.each([
    ['directory', 0o040755, true, true],
    ['block device', 0o060644, true, false],
    ['socket', 0o140755, true, false],
    ['regular file', 0o100644, false, false],
    ['symlink', 0o120777, false, false],
    ['character device', 0o020644, false, false],
    ['fifo', 0o010644, false, false],
  ])('says of a %s (mode %i): by the bit %s, by the type %s', (_what, mode, byBit, byType) => {
    expect(isComparedAsDirectory(mode, BIT)).toBe(byBit);
    expect(isComparedAsDirectory(mode, TYPE)).toBe(byType);
  });
});

describe('isModified', () => {
  it('finds nothing between two files with equal facts, and reads no content', () => {
    expect(isModified(file(), file(), BIT)).toBe(false);
    expect(isModified(file({}, [1, 2]), file({}, [1, 2]), BIT)).toBe(false);
  });

  it.each<[string, Partial<ComparedFile['stat']>]>([
    ['permission', { mode: 0o100600 }],
    ['type', { mode: 0o120644 }],
    ['uid', { uid: 9 }],
    ['gid', { gid: 9 }],
    ['major device number', { rdevMajor: 9 }],
    ['minor device number', { rdevMinor: 9 }],
    ['size', { size: 9n }],
    ['second', { mtime: { seconds: 101n, nanoseconds: 1_000_000 } }],
    ['nanosecond', { mtime: { seconds: 100n, nanoseconds: 5_000_000 } }],
  ])('finds a changed %s', (_what, stat) => {
    expect(isModified(file(), file(stat), BIT)).toBe(true);
    expect(isModified(file(stat), file(), TYPE)).toBe(true);
  });

  it('overlooks nanoseconds that one side has lost', () => {
    const cut = file({ mtime: { seconds: 100n, nanoseconds: 0 } });

    expect(isModified(file(), cut, BIT)).toBe(false);
    expect(isModified(cut, file(), BIT)).toBe(false);
  });

  it.each<[string, readonly number[] | undefined, readonly number[] | undefined, boolean]>([
    ['one gained', undefined, [1], true],
    ['one lost', [1], undefined, true],
    ['another one', [1], [2], true],
    ['a longer one', [1], [1, 2], true],
    ['an empty one beside none', [], undefined, false],
  ])('looks at capabilities: %s', (_what, before, after, modified) => {
    expect(isModified(file({}, before), file({}, after), BIT)).toBe(modified);
  });

  it('overlooks size and time of a directory, but not its mode, owner and capability', () => {
    const directory = { mode: 0o040755 };
    const touched = { mode: 0o040755, size: 9n, mtime: { seconds: 9n, nanoseconds: 9 } };

    expect(isModified(file(directory), file(touched), BIT)).toBe(false);
    expect(isModified(file(directory), file(touched), TYPE)).toBe(false);
    expect(isModified(file(directory), file({ mode: 0o040700 }), BIT)).toBe(true);
    expect(isModified(file(directory), file({ ...directory, uid: 9 }), BIT)).toBe(true);
    expect(isModified(file(directory), file(directory, [1]), BIT)).toBe(true);
  });

  it.each([
    ['block device', 0o060644],
    ['socket', 0o140755],
  ])('overlooks size and time of a %s in moby-2019 alone', (_what, mode) => {
    const before = file({ mode });

    for (const after of [
      file({ mode, size: 9n }),
      file({ mode, mtime: { seconds: 9n, nanoseconds: 0 } }),
    ]) {
      expect(isModified(before, after, BIT)).toBe(false);
      expect(isModified(before, after, TYPE)).toBe(true);
    }
  });
});

describe('formatChange', () => {
  it.each<[ChangeKind, string]>([
    ['modify', 'C /a/b'],
    ['add', 'A /a/b'],
    ['delete', 'D /a/b'],
  ])('prints %s as %j', (kind, line) => {
    expect(formatChange(change('/a/b', kind))).toBe(line);
  });

  it('replaces what is not UTF-8', () => {
    expect(formatChange({ path: Uint8Array.of(0x2f, 0xff), kind: 'add' })).toBe('A /\ufffd');
  });
});

describe('changeKindNumber', () => {
  it('numbers modify, add, delete from 0', () => {
    const kinds: readonly ChangeKind[] = ['modify', 'add', 'delete'];

    expect(kinds.map(changeKindNumber)).toStrictEqual([0, 1, 2]);
  });
});

describe('compareChanges', () => {
  it('orders by the bytes of the paths', () => {
    const paths = ['/é', '/a/b', '/a', '/a.b', '/Z'];
    const sorted = paths.map((path) => change(path)).sort(compareChanges);

    expect(sorted.map(formatChange)).toStrictEqual(['A /Z', 'A /a', 'A /a.b', 'A /a/b', 'A /é']);
  });
});
