/** Establishes how mount data is read: splitting, escapes, what is known and what contradicts. */
import { describe, expect, test } from 'vitest';
import { FS_MAGIC } from '../../../../src/domain/host/backing-fs.js';
import { MemoryVolume } from '../../../../src/adapters/fake/memory-volume.js';
import { findKernelPreset, KERNEL_PRESETS } from '../../../../src/domain/union/kernel-presets.js';
import {
  parseMountOptions,
  splitOptions,
  unescapePath,
} from '../../../../src/domain/union/mount-options.js';
import { NotModelledError, settleOptions } from '../../../../src/domain/union/mount-settings.js';
import { at, errnoOf, mountData, plant, tree } from './union-tree.js';

const DIRECTORIES = 'lowerdir=a,upperdir=u,workdir=w';

function parse(data: string, kernel = '6.18') {
  return parseMountOptions(data, findKernelPreset(kernel).rules, () => undefined);
}

function settle(data: string, kernel = '6.18') {
  return settleOptions(parse(data, kernel), findKernelPreset(kernel));
}

describe('mount data', () => {
  test.each([
    ['', []],
    [',,', []],
    ['a,b', ['a', 'b']],
    ['a\\,b,c', ['a\\,b', 'c']],
    ['a\\\\,b', ['a\\\\', 'b']],
    ['a\\', ['a\\']],
  ])('%j is split into %j', (data, options) => {
    expect(splitOptions(data)).toEqual(options);
  });

  test.each([
    ['a:b', 'a:b'],
    ['a\\:b', 'a:b'],
    ['a\\\\b', 'a\\b'],
    ['a\\', 'a'],
    ['\\a\\b', 'ab'],
  ])('%j stands for the path %j', (text, path) => {
    expect(unescapePath(text)).toBe(path);
  });

  test.each([
    ['6.18', 'a\\:b:c', ['a:b', 'c'], []],
    ['6.18', 'a::b::c', ['a'], ['b', 'c']],
    ['6.1', 'a::b', ['a', '', 'b'], []],
    ['6.1', 'a:', ['a', ''], []],
  ])('%s splits lowerdir=%s', (kernel, value, lowers, dataLowers) => {
    expect(parse(`lowerdir=${value}`, kernel)).toMatchObject({ lowers, dataLowers });
  });

  test.each(['a:', ':a', '::a', 'a::', 'a:::b', 'a::b:c', ':', '::'])(
    'lowerdir=%s is refused since 6.5',
    (value) => {
      expect(errnoOf(() => parse(`lowerdir=${value}`))).toBe('EINVAL');
    },
  );

  test('a later option wins, and an empty lowerdir takes the lowers away', () => {
    expect(parse('lowerdir=a,lowerdir=b:c,index=on,index=off')).toMatchObject({
      lowers: ['b', 'c'],
      index: false,
    });
    expect(parse('lowerdir=a,lowerdir=').lowers).toEqual([]);
  });

  test.each([
    ['4.0', 'index=off', 'EINVAL'],
    ['4.19', 'index=off', 'ok'],
    ['4.0', 'redirect_dir=on', 'EINVAL'],
    ['4.19', 'metacopy=off', 'ok'],
    ['5.4', 'volatile', 'EINVAL'],
    ['5.10', 'volatile', 'ok'],
    ['5.10', 'userxattr', 'EINVAL'],
    ['5.15', 'userxattr', 'ok'],
    ['6.6', 'lowerdir+=b', 'EINVAL'],
    ['6.8', 'lowerdir+=b', 'ok'],
    ['6.1', 'ro', 'EINVAL'],
    ['6.6', 'ro', 'ok'],
    ['6.1', '=x', 'EINVAL'],
    ['6.6', '=x', 'ok'],
    ['6.18', 'ro=1', 'EINVAL'],
    ['6.18', 'volatile=1', 'EINVAL'],
    ['6.18', 'index', 'EINVAL'],
    ['6.18', 'upperdir=', 'EINVAL'],
  ])('%s answers %s with %s', (kernel, option, errno) => {
    expect(errnoOf(() => parse(option, kernel))).toBe(errno);
  });

  test('tells of paths as they are read, once the mount API does', () => {
    const seen: string[] = [];
    const note = (kind: string, path: string): void => void seen.push(`${kind} ${path}`);

    parseMountOptions('workdir=w,lowerdir=a:b,upperdir=u', findKernelPreset('6.6').rules, note);
    parseMountOptions(DIRECTORIES, findKernelPreset('6.1').rules, note);

    expect(seen).toEqual(['work w', 'lower a', 'lower b', 'upper u']);
  });
});

describe('settings', () => {
  test.each([
    ['6.18', DIRECTORIES, 'follow'],
    ['6.18', `redirect_dir=off,${DIRECTORIES}`, 'follow'],
    ['6.18', `redirect_dir=nofollow,${DIRECTORIES}`, 'nofollow'],
    ['6.18', 'lowerdir=a:b', 'on'],
    ['6.18', `userxattr,${DIRECTORIES}`, 'nofollow'],
    ['4.0', DIRECTORIES, 'nofollow'],
  ])('on %s with %s make redirects %s', (kernel, data, redirect) => {
    expect(settle(data, kernel).redirect).toBe(redirect);
  });

  test.each([
    'metacopy=on,redirect_dir=off',
    'metacopy=on,userxattr',
    'userxattr,redirect_dir=on',
    'nfs_export=on,index=off',
  ])('refuse %s', (options) => {
    expect(errnoOf(() => settle(`${options},${DIRECTORIES}`))).toBe('EINVAL');
  });

  test.each(['metacopy=on', 'nfs_export=on'])('say that %s is not modelled', (option) => {
    expect(() => settle(`${option},${DIRECTORIES}`)).toThrow(NotModelledError);
  });

  test('refuse data layers alone before 6.16', () => {
    expect(errnoOf(() => settle('lowerdir=a::b', '6.12'))).toBe('EINVAL');
    expect(errnoOf(() => settle('lowerdir=a::b', '6.18'))).toBe('ok');
  });
});

describe('presets', () => {
  test('have every name once, and say which of them a run confirmed', () => {
    const names = '4.0 4.19 5.4 5.10 5.15 6.1 6.6 6.8 6.12 6.18 newest'.split(' ');

    expect(KERNEL_PRESETS.map(({ name }) => name)).toEqual(names);
    expect(KERNEL_PRESETS.filter(({ confirmed }) => confirmed).map(({ name }) => name)).toEqual([
      '6.18',
    ]);
    expect(() => findKernelPreset('5.11')).toThrow('no kernel is named 5.11; there are 4.0, 4.19');
  });

  test('have the parameters of the module of their time', () => {
    const has = (name: string) => Object.keys(findKernelPreset(name).parameters).length;

    expect(['4.0', '4.19', '6.18'].map(has)).toEqual([0, 8, 8]);
    expect(findKernelPreset('6.18').parameters).toMatchObject({ index: 'N', redirect_max: '256' });
  });
});

describe('a mount', () => {
  function disk(): MemoryVolume {
    const volume = new MemoryVolume(1);
    plant(volume, '', { a: 'dir', 'a/s': 'dir', b: 'dir', u: 'dir', 'u/s': 'dir', w: 'dir' });
    return volume;
  }

  test.each([
    ['6.18', 'lowerdir=a:a', 'ELOOP'],
    ['5.4', 'lowerdir=a:a', 'ELOOP'],
    ['4.19', 'lowerdir=a:a', 'ok'],
    ['6.18', 'lowerdir=a/s:a', 'ELOOP'],
    ['4.19', 'lowerdir=a/s:a', 'ok'],
    ['6.18', 'lowerdir=u/s,upperdir=u,workdir=w', 'ELOOP'],
    ['6.18', 'lowerdir=a,upperdir=a/s,workdir=w', 'ok'],
    ['6.18', 'lowerdir=a,upperdir=u,workdir=u/s', 'EINVAL'],
    ['6.18', 'lowerdir=a', 'EINVAL'],
    ['6.1', 'lowerdir=a:', 'EINVAL'],
    ['6.18', 'upperdir=u,workdir=w', 'EINVAL'],
    ['6.18', 'lowerdir=a,upperdir=u', 'EINVAL'],
    ['6.18', 'lowerdir=none,upperdir=u,workdir=w', 'ENOENT'],
  ])('on %s of %s is answered with %s', (kernel, data, errno) => {
    expect(errnoOf(() => mountData(disk(), data, kernel))).toBe(errno);
  });

  test('of a used upper fails with EBUSY where there is an index', () => {
    const volume = disk();
    const inUse = [at(volume, 'u')];

    expect(errnoOf(() => mountData(volume, `index=on,${DIRECTORIES}`, '6.18', inUse))).toBe(
      'EBUSY',
    );
    expect(mountData(volume, DIRECTORIES, '6.18', inUse).union.parts.marked).toEqual([
      { volume: 1, node: at(volume, 'w') },
    ]);
  });

  test('with an index is tied to its lower', () => {
    const volume = disk();
    mountData(volume, `index=on,${DIRECTORIES}`);

    expect(errnoOf(() => mountData(volume, 'index=on,lowerdir=b,upperdir=u,workdir=w'))).toBe(
      'ESTALE',
    );
    expect(errnoOf(() => mountData(volume, `index=on,${DIRECTORIES}`))).toBe('ok');
    expect(tree(volume, at(volume, 'w'))).toEqual({ index: 'dir', work: 'dir' });
  });

  test('gives the upper a UUID since 6.6, once, unless it was used before', () => {
    const marked = (kernel: string, impure: boolean): readonly string[] => {
      const volume = disk();
      if (impure)
        volume.setxattr(at(volume, 'u'), 'trusted.overlay.impure', new Uint8Array([0x79]));
      const { mounted } = mountData(volume, DIRECTORIES, kernel);
      const again = mountData(volume, DIRECTORIES, kernel).mounted;
      return [mounted.settings.uuid, again.settings.uuid, ...volume.listxattr(at(volume, 'u'))];
    };

    expect(marked('6.18', false)).toEqual(['on', 'auto', 'trusted.overlay.uuid']);
    expect(marked('6.18', true)).toEqual(['null', 'null', 'trusted.overlay.impure']);
    expect(marked('6.1', false)).toEqual(['null', 'null']);
  });

  test('shows the overlay magic and one device, and lies one higher than its layers', () => {
    const { union } = mountData(disk(), DIRECTORIES);

    expect(union.facts()).toMatchObject({
      magic: FS_MAGIC.OVERLAY,
      stackDepth: 1,
      readOnly: false,
    });
    expect(union.attributes(at(union, 's')).dev).toBe(union.attributes(union.root).dev);
  });

  test('refuses to go where layers overlap', () => {
    const { union } = mountData(disk(), 'lowerdir=a,upperdir=a/s,workdir=w');

    expect(errnoOf(() => union.lookup(union.root, 's'))).toBe('ELOOP');
  });
});
