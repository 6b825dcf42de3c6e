/**
 * Establishes that the model changes files in a merged tree as overlayfs does (kernel reference,
 * sections 4, 5 and 15), by examples: what an operation answers, and what lies in the upper layer.
 */
import { describe, expect, it } from 'vitest';
import type { FileChange } from '../../../../src/oracle/commands/operation.js';
import { decideChange } from '../../../../src/oracle/trees/change.js';
import { Tree } from '../../../../src/oracle/trees/tree.js';
import { list, look, rootOf, type Union, walkTo } from '../../../../src/oracle/trees/union.js';
import { entry } from '../../../helpers/model-session.js';
import { namesOf, nodeOf, plain, treeOf, union } from '../../../helpers/model-trees.js';

/** A union of an empty upper layer and two that hold `a`, `d/x`, `d/y` and two names of a file. */
function layers(): Union {
  const middle = treeOf(entry('d/y', 'y'));
  const bottom = treeOf(entry('a', 'aaa'), entry('d/x', 'x'), entry('h', 'hh'), {
    name: 'h2',
    type: 'link',
    mode: 0o644,
    target: 'h',
  });
  return union(new Tree(), middle, bottom);
}

function run(on: Union, ...changes: readonly FileChange[]): string[] {
  return changes.map((change) => {
    const outcome = decideChange(on, change, 0o022);
    if (typeof outcome === 'string') return outcome;
    outcome();
    return 'ok';
  });
}

const upperOf = ({ trees }: Union): Tree => trees[0] ?? new Tree();
const write = (path: string, content = 'w'): FileChange => ({ do: 'write', path, content });
const mkdir = (path: string): FileChange => ({ do: 'mkdir', path, mode: 0o755 });
const rename = (path: string, to: string): FileChange => ({ do: 'rename', path, to });

const CASES: readonly (readonly [string, readonly FileChange[], string, upper: string])[] = [
  ['copies a file up with its parents', [write('d/x')], 'ok', 'd/ d/x'],
  ['whites a lower file out', [{ do: 'unlink', path: 'a' }], 'ok', '.wh.a'],
  ['leaves no whiteout of an upper file', [write('n'), { do: 'unlink', path: 'n' }], 'ok', ''],
  ['whites a lower directory out', [{ do: 'remove-tree', path: 'd' }], 'ok', '.wh.d'],
  [
    'makes a directory over a whiteout opaque',
    [{ do: 'remove-tree', path: 'd' }, mkdir('d')],
    'ok',
    'd/ d/.wh..wh..opq',
  ],
  ['makes another directory plainly', [mkdir('n')], 'ok', 'n/'],
  [
    'leaves no whiteout in an opaque directory',
    [{ do: 'remove-tree', path: 'd' }, mkdir('d'), write('d/x'), { do: 'unlink', path: 'd/x' }],
    'ok',
    'd/ d/.wh..wh..opq',
  ],
  [
    'refuses to remove a merged directory that holds something',
    [{ do: 'rmdir', path: 'd' }],
    'ENOTEMPTY',
    '',
  ],
  ['does not move a lower directory', [rename('d', 'e')], 'EXDEV', ''],
  ['moves a lower file and whites it out', [rename('a', 'b')], 'ok', '.wh.a b'],
  [
    'makes a moved directory opaque where it comes to lie on layers',
    [mkdir('n'), rename('n', 'm')],
    'ok',
    'm/ m/.wh..wh..opq',
  ],
  ['moves nothing onto itself', [rename('d', 'd')], 'ok', ''],
  ['moves no directory below itself', [mkdir('n'), rename('n', 'n/m')], 'EINVAL', 'n/'],
  ['moves nothing onto what holds it', [rename('d/x', 'd')], 'ENOTEMPTY', ''],
  ['moves no file onto a directory', [mkdir('n'), rename('a', 'n')], 'EISDIR', 'n/'],
  ['moves no directory onto a file', [mkdir('n'), rename('n', 'a')], 'ENOTDIR', 'n/'],
  ['copies up for another mode', [{ do: 'chmod', path: 'a', mode: 0o600 }], 'ok', 'a'],
  ['copies up without writing', [{ do: 'append', path: 'a', content: '' }], 'ok', 'a'],
  ['links a lower file', [{ do: 'link', path: 'l', from: 'a' }], 'ok', 'a l'],
  ['links no directory', [{ do: 'link', path: 'l', from: 'd' }], 'EPERM', ''],
  [
    'keeps devices 0:0 for itself',
    [{ do: 'mknod', path: 'w', kind: 'character', mode: 0o644, major: 0, minor: 0 }],
    'EPERM',
    '',
  ],
  ['writes to no directory', [write('d')], 'EISDIR', ''],
  ['finds no file below a file', [write('a/b')], 'ENOTDIR', ''],
  ['finds no directory that is missing', [write('n/b')], 'ENOENT', ''],
  ['takes nothing away that is missing', [{ do: 'unlink', path: 'n' }], 'ENOENT', ''],
  ['takes no directory for a file', [{ do: 'unlink', path: 'd' }], 'EISDIR', ''],
  ['takes no file for a directory', [{ do: 'rmdir', path: 'a' }], 'ENOTDIR', ''],
  ['makes nothing twice', [mkdir('d')], 'EEXIST', ''],
  [
    'follows symlinks on the way, inside the tree',
    [{ do: 'symlink', path: 's', target: '/../d' }, write('s/x')],
    'ok',
    'd/ d/x s',
  ],
  [
    'follows no symlink at the end',
    [{ do: 'symlink', path: 's', target: 'a' }, write('s')],
    'ELOOP',
    's',
  ],
  [
    'gives no user attribute to a symlink',
    [
      { do: 'symlink', path: 's', target: 'a' },
      { do: 'setxattr', path: 's', name: 'user.x', value: 'v' },
    ],
    'EPERM',
    's',
  ],
  ['lets nobody remove the root', [{ do: 'remove-tree', path: '' }], 'EBUSY', ''],
];

describe('a merged tree', () => {
  it.each(CASES)('%s', (_what, changes, last, upper) => {
    const on = layers();

    expect([run(on, ...changes).at(-1), namesOf(upperOf(on))]).toEqual([last, upper]);
  });

  it('breaks hard links of a lower layer when one name is copied up', () => {
    const on = layers();
    run(on, { do: 'append', path: 'h', content: '!' });
    const root = rootOf(on).found;

    expect(look(on, root, 'h')?.node.content).toBe('hh!');
    expect(look(on, root, 'h2')?.node.content).toBe('hh');
  });

  it('shares one whiteout among the names it deletes, but for a moved one', () => {
    const on = layers();
    run(on, { do: 'unlink', path: 'a' }, { do: 'unlink', path: 'h' }, rename('h2', 'n'));
    const names = upperOf(on).root.children;

    expect(names?.get('a')).toBe(names?.get('h'));
    expect(names?.get('h2')).not.toBe(names?.get('h'));
  });

  it('keeps the time of a parent when a child is copied up, and moves it when names change', () => {
    const on = layers();
    const before = look(on, rootOf(on).found, 'd')?.node.time;
    run(on, { do: 'chmod', path: 'd/x', mode: 0o600 });
    expect(look(on, rootOf(on).found, 'd')?.node.time).toBe(before);

    run(on, { do: 'unlink', path: 'd/y' });
    expect(look(on, rootOf(on).found, 'd')?.node.time).not.toBe(before);
  });

  it('may not be written to where it is read-only', () => {
    const on = { ...layers(), isWritable: false };
    const changes: FileChange[] = [
      write('a'),
      mkdir('n'),
      { do: 'unlink', path: 'n' },
      rename('n', 'm'),
    ];

    expect(run(on, ...changes, mkdir('d'))).toEqual([...changes.map(() => 'EROFS'), 'EEXIST']);
  });

  it('leaves a fork as it was', () => {
    const on = layers();
    const fork = { ...on, trees: on.trees.map((tree) => tree.share()) };
    run(on, write('d/x'), { do: 'unlink', path: 'a' });

    expect(list(fork, rootOf(fork).found)).toEqual(['a', 'd', 'h', 'h2']);
    expect(namesOf(upperOf(fork))).toBe('');
  });
});

describe('a lookup', () => {
  const dir = (opaque: boolean): Tree => treeWith('d', nodeOf('directory', 0o755, { opaque }));
  const low = (): Tree => treeOf(entry('d/low'));
  const white = (): Tree => treeOf(entry('.wh.d'));

  it.each([
    ['a directory, a whiteout, a directory', [dir(false), white(), low()], ''],
    ['a directory, a file, a directory', [dir(false), treeOf(entry('d')), low()], ''],
    ['an opaque directory, a directory', [dir(true), low()], ''],
    ['a directory, a directory', [dir(false), low()], 'low'],
  ] as const)('of %s', (_what, trees, names) => {
    const on = union(...trees);
    const place = walkTo(on, 'd');

    expect(typeof place === 'string' ? place : list(on, place.found).join(' ')).toBe(names);
  });

  it.each([
    ['a file above a directory', [treeOf(entry('d')), low()], 'ENOTDIR'],
    ['a whiteout above a file', [white(), treeOf(entry('d'))], 'ENOENT'],
    ['a whiteout alone', [new Tree(), white()], 'ENOENT'],
  ] as const)('of %s', (_what, trees, errno) => {
    expect(walkTo(union(...trees), 'd')).toBe(errno);
  });

  it('takes no opaque mark of a root', () => {
    const upper = new Tree(nodeOf('directory', 0o755, { opaque: true }));
    const on = union(upper, low());

    expect(list(on, rootOf(on).found)).toEqual(['d']);
  });

  it('takes whiteouts for devices where there is no overlay', () => {
    const on = plain(white());

    expect(look(on, rootOf(on).found, 'd')?.node.type).toBe('character');
  });
});

function treeWith(name: string, node: ReturnType<typeof nodeOf>): Tree {
  const tree = new Tree();
  tree.root.children?.set(name, { ...node, children: new Map() });
  return tree;
}
