/** Establishes what changes in a mounted tree leave in the upper layer, by the kernel's tables. */
import { describe, expect, test } from 'vitest';
import { FILE_TYPE } from '../../../../src/domain/host/file-type.js';
import type { Volume } from '../../../../src/domain/union/volume.js';
import { at, bytes, errnoOf, find, mountData, mountPlans, read, spot, tree } from './union-tree.js';

const FILE = { mode: FILE_TYPE.REGULAR | 0o644, uid: 0, gid: 0 };
const DIRECTORY = { mode: FILE_TYPE.DIRECTORY | 0o755, uid: 0, gid: 0 };
const NOTHING = new Uint8Array(0);

function marks(volume: Volume, path: string): readonly string[] {
  const prefix = 'trusted.overlay.';
  const names = volume.listxattr(at(volume, path));
  return names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
}

function remove(volume: Volume, path: string): void {
  volume.unlink(...spot(volume, path));
}

describe('removing', () => {
  test('what is below leaves a whiteout, what is not leaves nothing', () => {
    const { union, disk } = mountPlans({ new: 'n', both: 'u' }, [{ old: 'o', both: 'l' }]);

    for (const name of ['new', 'both', 'old']) remove(union, name);

    expect(tree(union)).toEqual({});
    expect(tree(disk, at(disk, 'upper'))).toEqual({ both: 'whiteout', old: 'whiteout' });
  });

  test.each([
    ['6.18', 1, 4],
    ['5.4', 3, 1],
  ])('shares the whiteout as %s does', (kernel, inodes, nlink) => {
    const { union, disk } = mountPlans({}, [{ a: 'a', b: 'b', c: 'c' }], { kernel });

    for (const name of ['a', 'b', 'c']) remove(union, name);

    const found = ['a', 'b', 'c'].map((name) => disk.attributes(at(disk, `upper/${name}`)));
    expect(new Set(found.map(({ ino }) => ino)).size).toBe(inodes);
    expect(found[0]).toMatchObject({ nlink, mode: FILE_TYPE.CHARACTER });
  });

  test('a merged directory asks the merged view whether it is empty', () => {
    const { union, disk } = mountPlans({ d: 'dir', 'd/u': 'u' }, [{ d: 'dir', 'd/l': 'l' }]);
    remove(union, 'd/u');

    expect(errnoOf(() => union.rmdir(union.root, 'd'))).toBe('ENOTEMPTY');
    remove(union, 'd/l');
    union.rmdir(union.root, 'd');

    expect(tree(disk, at(disk, 'upper'))).toEqual({ d: 'whiteout' });
    expect(disk.entries(at(disk, 'work/work'))).toHaveLength(1);
  });

  test('a pure directory clears whiteouts where it was merged once, and fails elsewhere', () => {
    const upper = {
      once: 'dir origin=',
      'once/w': 'whiteout',
      never: 'dir',
      'never/w': 'whiteout',
    };
    const { union } = mountPlans(upper, [{}]);

    expect(errnoOf(() => union.rmdir(union.root, 'once'))).toBe('ok');
    expect(errnoOf(() => union.rmdir(union.root, 'never'))).toBe('ENOTEMPTY');
  });

  test('a name in a lower whiteout leaves none', () => {
    const { union, disk } = mountPlans({ a: 'u' }, [{ a: 'whiteout' }, { a: 'bottom' }]);

    remove(union, 'a');

    expect(tree(disk, at(disk, 'upper'))).toEqual({});
    expect(find(union, 'a')).toBeUndefined();
  });

  test.each([
    ['unlink', 'd', 'EISDIR'],
    ['rmdir', 'f', 'ENOTDIR'],
    ['unlink', 'none', 'ENOENT'],
    ['rmdir', 'none', 'ENOENT'],
  ] as const)('by %s of %s fails with %s', (call, name, errno) => {
    const { union } = mountPlans({}, [{ d: 'dir', f: 'f' }]);

    expect(errnoOf(() => union[call](union.root, name))).toBe(errno);
  });
});

describe('making', () => {
  test('a directory over a whiteout makes it opaque, elsewhere not', () => {
    const { union, disk } = mountPlans({}, [{ d: 'dir', 'd/l': 'l', e: 'dir' }]);
    remove(union, 'd/l');
    union.rmdir(union.root, 'd');

    union.create(union.root, 'd', DIRECTORY);
    union.create(union.root, 'f', DIRECTORY);
    union.create(at(union, 'e'), 'g', DIRECTORY);

    expect(tree(union)).toEqual({ d: 'dir', e: 'dir', 'e/g': 'dir', f: 'dir' });
    expect(marks(disk, 'upper/d')).toEqual(['opaque']);
    expect(marks(disk, 'upper/f')).toEqual([]);
    expect(marks(disk, 'upper/e/g')).toEqual([]);
  });

  test.each([
    ['4.0', '', []],
    ['4.19', '', ['opaque']],
    ['6.18', '', []],
    ['6.18', 'redirect_dir=on,', ['opaque']],
    ['6.18', 'index=on,', ['opaque']],
    ['6.18', 'xino=on,', ['opaque']],
  ])('a directory in a merged one, on %s with "%s"', (kernel, options, expected) => {
    const { union, disk } = mountPlans({ e: 'dir' }, [{ e: 'dir' }], { kernel, options });

    union.create(at(union, 'e'), 'g', DIRECTORY);

    expect(marks(disk, 'upper/e/g')).toEqual(expected);
  });

  test('a file over a whiteout replaces it', () => {
    const { union, disk } = mountPlans({}, [{ f: 'old' }]);
    remove(union, 'f');

    union.write(union.create(union.root, 'f', FILE), 0, bytes('new'));

    expect(tree(disk, at(disk, 'upper'))).toEqual({ f: 'new' });
  });

  test('over a whiteout in a set-group directory takes its group over', () => {
    const { union } = mountPlans({}, [{ d: 'dir', 'd/f': 'f', 'd/e': 'e' }]);
    union.change(at(union, 'd'), { gid: 7 });
    union.change(at(union, 'd'), { mode: 0o2755 });
    for (const name of ['f', 'e']) remove(union, `d/${name}`);

    const file = union.create(at(union, 'd'), 'f', FILE);
    const directory = union.create(at(union, 'd'), 'e', DIRECTORY);

    expect(union.attributes(file)).toMatchObject({ gid: 7, mode: FILE.mode });
    expect(union.attributes(directory)).toMatchObject({ gid: 7, mode: DIRECTORY.mode | 0o2000 });
  });

  test('what would be a whiteout fails with EPERM, what is there with EEXIST', () => {
    const { union, disk } = mountPlans({}, [{ f: 'f' }]);
    const whiteout = { mode: FILE_TYPE.CHARACTER, uid: 0, gid: 0, rdevMajor: 0, rdevMinor: 0 };

    expect(errnoOf(() => union.create(union.root, 'w', whiteout))).toBe('EPERM');
    expect(errnoOf(() => union.create(union.root, 'f', whiteout))).toBe('EEXIST');
    expect(errnoOf(() => union.create(union.root, 'null', { ...whiteout, rdevMinor: 3 }))).toBe(
      'ok',
    );
    expect(Object.keys(tree(disk, at(disk, 'upper')))).toEqual(['null']);
  });
});

describe('copying up', () => {
  test('changes neither number nor times nor the directory above', () => {
    const { union, disk } = mountPlans({}, [{ d: 'dir', 'd/f': 'content' }]);
    const past = { seconds: 5n, nanoseconds: 6 };
    disk.change(at(disk, 'lower0/d/f'), { atime: past, mtime: past });
    const shown = (path: string) => ({ ...union.attributes(at(union, path)), ctime: undefined });
    const before = ['d', 'd/f'].map(shown);

    union.open(at(union, 'd/f'), true);

    expect(['d', 'd/f'].map(shown)).toEqual([{ ...before[0], nlink: 1 }, before[1]]);
    expect(read(disk, 'upper/d/f')).toBe('content');
    expect(marks(disk, 'upper/d/f')).toEqual(['origin']);
    expect(marks(disk, 'upper/d')).toEqual(['origin', 'impure']);
    expect(disk.entries(at(disk, 'work/work'))).toEqual([]);
  });

  test('breaks hard links of the lower and keeps those of the upper', () => {
    const { union, disk } = mountPlans({ a: 'up' }, [{ h: 'x' }]);
    disk.link(at(disk, 'lower0/h'), at(disk, 'lower0'), 'i');
    const before = union.attributes(at(union, 'h'));
    union.link(at(union, 'a'), union.root, 'b');

    union.write(at(union, 'h'), 1, bytes('yz'));
    union.write(at(union, 'b'), 0, bytes('UP'));

    expect(before.nlink).toBe(2);
    expect(union.attributes(at(union, 'h')).nlink).toBe(1);
    expect(union.attributes(at(union, 'h')).ino).not.toBe(before.ino);
    expect(union.attributes(at(union, 'i'))).toMatchObject({ nlink: 2, ino: before.ino });
    expect([read(union, 'h'), read(union, 'i'), read(union, 'a')]).toEqual(['xyz', 'x', 'UP']);
    expect(at(union, 'a')).toBe(at(union, 'b'));
    expect(marks(disk, 'upper/h')).toEqual([]);
  });

  test.each([
    ['4.0', ['opaque']],
    ['6.18', []],
  ])('on %s takes these marks of a directory along: %j', (kernel, expected) => {
    const { union, disk } = mountPlans({}, [{ d: 'dir opaque=y' }, { d: 'dir' }], { kernel });

    union.create(at(union, 'd'), 'f', FILE);

    expect(marks(disk, 'upper/d').filter((name) => name === 'opaque')).toEqual(expected);
  });

  test('is done by what writes and not by what reads', () => {
    const { union, disk } = mountPlans({}, [{ f: 'f', d: 'dir' }]);
    const file = at(union, 'f');

    union.open(file, false);
    union.attributes(file);
    union.entries(at(union, 'd'));
    errnoOf(() => union.removexattr(file, 'user.none'));
    errnoOf(() => union.change(at(union, 'd'), { size: 0 }));

    expect(tree(disk, at(disk, 'upper'))).toEqual({});
    union.change(file, { mode: 0o600 });
    expect(tree(disk, at(disk, 'upper'))).toEqual({ f: 'f' });
  });

  test('fails without a trace where there is no room', () => {
    const { union, disk } = mountPlans({}, [{ f: 'content' }]);
    disk.space.capacity = { inodes: disk.space.usedInodes };

    expect(errnoOf(() => union.open(at(union, 'f'), true))).toBe('ENOSPC');

    expect(tree(disk, at(disk, 'upper'))).toEqual({});
    expect(disk.entries(at(disk, 'work/work'))).toEqual([]);
    expect(read(union, 'f')).toBe('content');
  });
});

describe('moving', () => {
  test('a lower file leaves a whiteout that is its own', () => {
    const { union, disk } = mountPlans({}, [{ a: 'a', d: 'dir' }]);

    union.rename(union.root, 'a', at(union, 'd'), 'b');

    expect(tree(union)).toEqual({ d: 'dir', 'd/b': 'a' });
    expect(disk.attributes(at(disk, 'upper/a')).nlink).toBe(1);
    expect(marks(disk, 'upper/d')).toContain('impure');
  });

  test('a lower file onto a whiteout swaps places with it', () => {
    const { union, disk } = mountPlans({}, [{ a: 'a', b: 'b' }]);
    remove(union, 'b');
    const whiteout = disk.lookup(at(disk, 'upper'), 'b');

    union.rename(union.root, 'a', union.root, 'b');

    expect(tree(union)).toEqual({ b: 'a' });
    expect(disk.lookup(at(disk, 'upper'), 'a')).toBe(whiteout);
  });

  test.each(['lower', 'merged'])('a %s directory fails with EXDEV without redirects', (kind) => {
    const { union } = mountPlans(kind === 'merged' ? { d: 'dir' } : {}, [{ d: 'dir' }]);

    expect(errnoOf(() => union.rename(union.root, 'd', union.root, 'e'))).toBe('EXDEV');
  });

  test('a lower directory with redirects remembers a name or a path', () => {
    const plan = { d: 'dir', 'd/f': 'f', e: 'dir', g: 'dir', 'g/h': 'h' };
    const { union, disk } = mountPlans({}, [plan], { options: 'redirect_dir=on,' });

    union.rename(union.root, 'd', union.root, 'd2');
    union.rename(union.root, 'g', at(union, 'e'), 'g2');

    const redirect = (path: string): string =>
      new TextDecoder().decode(disk.getxattr(at(disk, path), 'trusted.overlay.redirect'));
    expect([redirect('upper/d2'), redirect('upper/e/g2')]).toEqual(['d', '/g']);
    const shown = { d2: 'dir', 'd2/f': 'f', e: 'dir', 'e/g2': 'dir', 'e/g2/h': 'h' };
    expect(tree(union)).toEqual(shown);
    const data = 'lowerdir=lower0,upperdir=upper,workdir=work';
    expect(tree(mountData(disk, data).union)).toEqual(shown);
    const { union: without } = mountData(disk, `redirect_dir=nofollow,${data}`);
    expect(tree(without)).toEqual({ e: 'dir' });
    expect(errnoOf(() => find(without, 'd2'))).toBe('EPERM');
  });

  test('a directory by a path longer than 256 bytes fails with EXDEV', () => {
    const long = 'x'.repeat(130);
    const plan = {
      [long]: 'dir',
      [`${long}/${long}`]: 'dir',
      [`${long}/${long}/d`]: 'dir',
      e: 'dir',
    };
    const { union } = mountPlans({}, [plan], { options: 'redirect_dir=on,' });
    const deep = at(union, `${long}/${long}`);

    expect(errnoOf(() => union.rename(deep, 'd', at(union, 'e'), 'd'))).toBe('EXDEV');
    expect(errnoOf(() => union.rename(deep, 'd', deep, 'd2'))).toBe('ok');
  });

  test('a new directory onto a whiteout or into a merged one hides what is below', () => {
    const { union, disk } = mountPlans({}, [{ w: 'w', m: 'dir', 'm/x': 'x' }]);
    remove(union, 'w');
    for (const name of ['n', 'o']) union.create(union.root, name, DIRECTORY);

    union.rename(union.root, 'n', union.root, 'w');
    union.rename(union.root, 'o', at(union, 'm'), 'p');

    expect(tree(union)).toEqual({ m: 'dir', 'm/p': 'dir', 'm/x': 'x', w: 'dir' });
    expect([marks(disk, 'upper/w'), marks(disk, 'upper/m/p')]).toEqual([['opaque'], ['opaque']]);
    expect(find(disk, 'upper/n')).toBeUndefined();
  });

  test.each([
    ['d', 'd/x', {}, 'EINVAL'],
    ['none', 'x', {}, 'ENOENT'],
    ['f', 'd', {}, 'EISDIR'],
    ['n', 'f', {}, 'ENOTDIR'],
    ['n', 'full', {}, 'ENOTEMPTY'],
    ['f', 'g', { noReplace: true }, 'EEXIST'],
    ['f', 'none', { exchange: true }, 'ENOENT'],
    ['f', 'd', { exchange: true }, 'EXDEV'],
    ['n', 'f', { exchange: true }, 'ok'],
    ['full/f', 'full', {}, 'ENOTEMPTY'],
  ])('%s to %s with %j gives %s', (from, to, flags, errno) => {
    const { union } = mountPlans({ n: 'dir' }, [
      { d: 'dir', f: 'f', g: 'g', full: 'dir', 'full/f': 'f' },
    ]);
    const move = (): void => {
      const [source, target] = [spot(union, from), spot(union, to)];
      union.rename(...source, ...target, flags);
    };

    expect(errnoOf(move)).toBe(errno);
  });
});

describe('attributes', () => {
  test('of the union are stored escaped since 6.7 and refused before', () => {
    const [mended, old] = ['6.8', '6.6'].map((kernel) => mountPlans({}, [{ f: 'f' }], { kernel }));
    const set = (world = mended) => {
      if (world === undefined) return;
      world.union.setxattr(at(world.union, 'f'), 'trusted.overlay.x', bytes('v'));
    };

    set();

    expect(errnoOf(() => set(old))).toBe('ENOTSUP');
    expect(old === undefined ? [] : tree(old.disk, at(old.disk, 'upper'))).toEqual({});
    if (mended === undefined) return;
    expect(marks(mended.disk, 'upper/f')).toEqual(['origin', 'overlay.x']);
    expect(mended.union.listxattr(at(mended.union, 'f'))).toEqual(['trusted.overlay.x']);
    expect(mended.union.getxattr(at(mended.union, 'f'), 'trusted.overlay.x')).toEqual(bytes('v'));
    expect(
      errnoOf(() => mended.union.getxattr(at(mended.union, 'f'), 'trusted.overlay.origin')),
    ).toBe('ENODATA');
  });

  test.each([
    ['', 'ERANGE'],
    ['trusted.overlay.', 'EINVAL'],
    ['foo.bar', 'ENOTSUP'],
    [`user.${'x'.repeat(251)}`, 'ERANGE'],
    [`trusted.overlay.${'x'.repeat(232)}`, 'ENOTSUP'],
    [`trusted.overlay.${'x'.repeat(231)}`, 'ok'],
  ])('named %j are answered with %s', (name, errno) => {
    const { union } = mountPlans({}, [{ f: 'f' }]);

    expect(errnoOf(() => union.setxattr(at(union, 'f'), name, NOTHING))).toBe(errno);
  });
});

describe('a fork', () => {
  test('goes on by itself', () => {
    const { union, disk } = mountPlans({}, [{ a: 'a', b: 'b' }]);
    remove(union, 'a');
    const other = disk.fork({ clock: { now: { seconds: 0n, nanoseconds: 0 } } as never });
    const fork = union.fork({ find: () => other });

    remove(union, 'b');

    expect(tree(union)).toEqual({});
    expect(fork.lookup(fork.root, 'b')).toBeDefined();
    expect(fork.lookup(fork.root, 'a')).toBeUndefined();
  });
});
