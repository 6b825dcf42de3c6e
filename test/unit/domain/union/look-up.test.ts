/** Establishes, row by row, what a name shows when several layers have it. */
import { describe, expect, test } from 'vitest';
import { errnoOf, mountData, mountPlans, type Plan, plant, tree } from './union-tree.js';
import { MemoryVolume } from '../../../../src/adapters/fake/memory-volume.js';

/** What one layer has at `n`, with something in it. */
const AT: Readonly<Record<string, (layer: string) => Plan>> = {
  dir: (layer) => ({ n: 'dir', [`n/${layer}`]: layer }),
  opaque: (layer) => ({ n: 'dir opaque=y', [`n/${layer}`]: layer }),
  'not opaque': (layer) => ({ n: 'dir opaque=yes', [`n/${layer}`]: layer }),
  file: (layer) => ({ n: `file of ${layer}` }),
  whiteout: () => ({ n: 'whiteout' }),
  nothing: () => ({}),
};

const ROWS: readonly (readonly [string, string, string, Readonly<Record<string, string>>])[] = [
  ['dir', 'whiteout', 'dir', { n: 'dir', 'n/upper': 'upper' }],
  ['dir', 'file', 'dir', { n: 'dir', 'n/upper': 'upper' }],
  [
    'dir',
    'dir',
    'dir',
    { n: 'dir', 'n/upper': 'upper', 'n/middle': 'middle', 'n/bottom': 'bottom' },
  ],
  ['dir', 'opaque', 'dir', { n: 'dir', 'n/upper': 'upper', 'n/middle': 'middle' }],
  ['dir', 'dir', 'file', { n: 'dir', 'n/upper': 'upper', 'n/middle': 'middle' }],
  ['opaque', 'dir', 'nothing', { n: 'dir', 'n/upper': 'upper' }],
  ['not opaque', 'dir', 'nothing', { n: 'dir', 'n/upper': 'upper', 'n/middle': 'middle' }],
  ['nothing', 'dir', 'file', { n: 'dir', 'n/middle': 'middle' }],
  ['nothing', 'file', 'dir', { n: 'file of middle' }],
  ['nothing', 'whiteout', 'file', {}],
  ['nothing', 'nothing', 'whiteout', {}],
  ['whiteout', 'dir', 'dir', {}],
  ['file', 'dir', 'dir', { n: 'file of upper' }],
  ['nothing', 'opaque', 'dir', { n: 'dir', 'n/middle': 'middle' }],
  ['nothing', 'dir', 'dir', { n: 'dir', 'n/middle': 'middle', 'n/bottom': 'bottom' }],
];

function planOf(kind: string, name: string): Plan {
  return (AT[kind] as (name: string) => Plan)(name);
}

describe('a name shows', () => {
  test.each(ROWS)('of %s over %s over %s', (upper, middle, bottom, shown) => {
    const lowers = [planOf(middle, 'middle'), planOf(bottom, 'bottom')];

    const { union } = mountPlans(planOf(upper, 'upper'), lowers);

    expect(tree(union)).toEqual(shown);
  });

  test.each(ROWS)(
    'the same without an upper, of %s over %s over %s',
    (top, middle, bottom, shown) => {
      const lowers = [planOf(top, 'upper'), planOf(middle, 'middle'), planOf(bottom, 'bottom')];

      const { union } = mountPlans(undefined, lowers);

      expect(tree(union)).toEqual(shown);
      expect(errnoOf(() => union.unlink(union.root, 'n'))).toBe('EROFS');
    },
  );
});

describe('a root', () => {
  test('merges all layers, whatever marks it has', () => {
    const disk = new MemoryVolume(1);
    const opaque = 'dir opaque=y';
    plant(disk, '', { upper: opaque, work: 'dir', a: opaque, b: opaque, 'a/1': '1', 'b/2': '2' });

    const { union } = mountData(disk, 'lowerdir=a:b,upperdir=upper,workdir=work');

    expect(tree(union)).toEqual({ 1: '1', 2: '2' });
  });
});

describe('a listing', () => {
  test('names what is below first, then the others from the top, each once', () => {
    const lowers = [
      { m: 'm', both: 'middle' },
      { b: 'b', both: 'bottom' },
    ];

    const { union } = mountPlans({ u: 'u', m: 'over m' }, lowers);

    expect(union.entries(union.root).map(({ name }) => name)).toEqual(['b', 'both', 'u', 'm']);
  });

  test('of a pure directory passes a stray whiteout through, which no look-up finds', () => {
    const { union } = mountPlans({}, [{ d: 'dir', 'd/gone': 'whiteout', 'd/f': 'f' }]);

    expect(tree(union)).toEqual({ d: 'dir', 'd/gone': 'listed alone', 'd/f': 'f' });
  });

  test('shows files with the whiteout attribute unless their directory is marked', () => {
    const shown = [];
    for (const mark of ['dir', 'dir opaque=x']) {
      const disk = new MemoryVolume(1);
      plant(disk, '', { a: 'dir', b: 'dir', 'a/d': mark, 'a/d/w': '', 'b/d': 'dir', 'b/d/w': 'w' });
      const made = disk.lookup(disk.lookup(disk.lookup(disk.root, 'a') ?? 0, 'd') ?? 0, 'w') ?? 0;
      disk.setxattr(made, 'trusted.overlay.whiteout', new Uint8Array(0));
      shown.push(tree(mountData(disk, 'lowerdir=a:b').union));
      expect(tree(mountData(disk, 'lowerdir=a:b', '6.6').union)['d/w']).toBe('');
    }

    expect(shown).toEqual([{ d: 'dir', 'd/w': 'listed alone' }, { d: 'dir' }]);
  });
});
