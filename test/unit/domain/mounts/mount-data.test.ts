/**
 * Establishes the option string of every kind of mount, and which form is taken at the edge of a
 * page, by the worked examples with a home of 24 bytes and an id of 64.
 */
import { describe, expect, it } from 'vitest';
import {
  absoluteDirectories,
  absoluteMountData,
  decideMountForm,
  LabelTooLargeError,
  relativeMountData,
} from '../../../../src/domain/mounts/mount-data.js';
import type { MountDataParts, PageRule } from '../../../../src/domain/mounts/mount-data.js';
import { withMessage } from '../../../helpers/with-message.js';

const PAGE = 4096;
const A = 'A'.repeat(26);
const B = 'B'.repeat(26);
const PARTS: MountDataParts = {
  home: '/h',
  id: 'r1',
  lowers: [`l/${B}`, `l/${A}`],
  readOnly: false,
  indexOff: true,
  label: '',
  escape: false,
};

/** Home of 24 bytes, id of 64 bytes. */
const DOCKER: MountDataParts = {
  ...PARTS,
  home: '/var/lib/docker/overlay2',
  id: '0123456789abcdef'.repeat(4),
};

function lowers(count: number): readonly string[] {
  return Array.from({ length: count }, () => `l/${A}`);
}

/**
 * A layer with one lower whose absolute data has the given length. The data names the home three
 * times, so that its length is set by threes, and by a tail of the one lower for what remains.
 */
function partsOfLength(lengthBytes: number): MountDataParts {
  const shortest = { ...PARTS, home: '/h', lowers: lowers(1) };
  const missing = lengthBytes - absoluteMountData(shortest).length;
  const tail = 'x'.repeat(missing % 3);
  const home = `/h${'h'.repeat(Math.floor(missing / 3))}`;
  return { ...shortest, home, lowers: [`l/${A}${tail}`] };
}

describe('absoluteMountData', () => {
  it('names lowers, upper and work of a writable layer', () => {
    expect(absoluteMountData(PARTS)).toBe(
      `index=off,lowerdir=/h/l/${B}:/h/l/${A},upperdir=/h/r1/diff,workdir=/h/r1/work`,
    );
  });

  it('puts the content of a committed layer above its lowers', () => {
    expect(absoluteMountData({ ...PARTS, readOnly: true })).toBe(
      `index=off,lowerdir=/h/r1/diff:/h/l/${B}:/h/l/${A}`,
    );
  });

  it('leaves out index=off where the kernel does not know it', () => {
    expect(absoluteMountData({ ...PARTS, indexOff: false, readOnly: true, lowers: ['l'] })).toBe(
      'lowerdir=/h/r1/diff:/h/l',
    );
  });

  it('appends the label', () => {
    expect(absoluteMountData({ ...PARTS, lowers: ['l'], label: 'a"b' })).toBe(
      'index=off,lowerdir=/h/l,upperdir=/h/r1/diff,workdir=/h/r1/work,context="a\\"b"',
    );
  });

  it('takes an empty entry for the home', () => {
    expect(absoluteMountData({ ...PARTS, lowers: [''] })).toContain('lowerdir=/h,');
  });

  it('leaves special characters as they are in moby-2019', () => {
    expect(absoluteMountData({ ...PARTS, home: '/a:b,c\\d', lowers: ['l/x'] })).toBe(
      'index=off,lowerdir=/a:b,c\\d/l/x,upperdir=/a:b,c\\d/r1/diff,workdir=/a:b,c\\d/r1/work',
    );
  });

  it('escapes them in strict, colons in lowerdir alone', () => {
    const parts = { ...PARTS, home: '/a:b,c\\d', lowers: ['l/x', 'l/y'], escape: true };

    expect(absoluteMountData(parts)).toBe(
      'index=off,lowerdir=/a\\:b\\,c\\\\d/l/x:/a\\:b\\,c\\\\d/l/y' +
        ',upperdir=/a:b\\,c\\\\d/r1/diff,workdir=/a:b\\,c\\\\d/r1/work',
    );
  });
});

describe('relativeMountData', () => {
  it('takes the entries of lower as they are', () => {
    expect(relativeMountData(PARTS)).toBe(
      `index=off,lowerdir=l/${B}:l/${A},upperdir=r1/diff,workdir=r1/work`,
    );
    expect(relativeMountData({ ...PARTS, lowers: ['l/../x', ''] })).toContain('lowerdir=l/../x:,');
  });

  it('puts the content of a committed layer above its lowers', () => {
    expect(relativeMountData({ ...PARTS, readOnly: true, label: 'x' })).toBe(
      `index=off,lowerdir=r1/diff:l/${B}:l/${A},context="x"`,
    );
  });

  it('escapes the id in strict', () => {
    expect(relativeMountData({ ...PARTS, id: 'a:b,c', lowers: ['l/x'], escape: true })).toBe(
      'index=off,lowerdir=l/x,upperdir=a:b\\,c/diff,workdir=a:b\\,c/work',
    );
  });
});

describe('absoluteDirectories', () => {
  it('gives unescaped paths for backends that take no option string', () => {
    expect(absoluteDirectories({ ...PARTS, home: '/a:b', lowers: ['l/x'] })).toStrictEqual({
      lowers: ['/a:b/l/x'],
      upper: '/a:b/r1/diff',
      work: '/a:b/r1/work',
    });
  });

  it('has no upper and no work for a committed layer', () => {
    expect(absoluteDirectories({ ...PARTS, lowers: ['l/x'], readOnly: true })).toStrictEqual({
      lowers: ['/h/r1/diff', '/h/l/x'],
    });
  });
});

describe('decideMountForm', () => {
  const decide = (parts: MountDataParts, pageRule: PageRule = 'moby-2019'): unknown =>
    decideMountForm({ ...parts, pageSizeBytes: PAGE, pageRule });

  it('mounts on the absolute mountpoint while absolute paths fit', () => {
    expect(decide(PARTS)).toStrictEqual({
      form: 'absolute',
      data: absoluteMountData(PARTS),
      target: '/h/r1/merged',
    });
  });

  it('mounts from within the home where only relative paths fit', () => {
    const parts = { ...DOCKER, lowers: lowers(128) };

    expect(decide(parts)).toStrictEqual({
      form: 'relative',
      data: relativeMountData(parts),
      target: `${DOCKER.id}/merged`,
      cwd: '/var/lib/docker/overlay2',
    });
  });

  it('stays absolute with 71 lowers and goes relative with 72', () => {
    expect(absoluteMountData({ ...DOCKER, lowers: lowers(71) })).toHaveLength(225 + 54 * 71);
    expect(decide({ ...DOCKER, lowers: lowers(71) })).toMatchObject({ form: 'absolute' });
    expect(decide({ ...DOCKER, lowers: lowers(72) })).toMatchObject({ form: 'relative' });
  });

  it('has 3887 bytes of relative data with 128 lowers', () => {
    expect(relativeMountData({ ...DOCKER, lowers: lowers(128) })).toHaveLength(3887);
  });

  it.each<[number, PageRule, 'absolute' | 'relative']>([
    [4094, 'moby-2019', 'absolute'],
    [4095, 'moby-2019', 'absolute'],
    [4096, 'moby-2019', 'absolute'],
    [4097, 'moby-2019', 'relative'],
    [4098, 'moby-2019', 'relative'],
    [4094, 'nul-counted', 'absolute'],
    [4095, 'nul-counted', 'absolute'],
    [4096, 'nul-counted', 'relative'],
    [4097, 'nul-counted', 'relative'],
    [4098, 'unlimited', 'absolute'],
  ])('takes for %i bytes under the rule %s the %s form', (length, pageRule, form) => {
    const parts = partsOfLength(length);

    expect(absoluteMountData(parts)).toHaveLength(length);
    expect(decide(parts, pageRule)).toMatchObject({ form });
  });

  it.each<[number, PageRule, number | undefined]>([
    [197, 'nul-counted', undefined],
    [198, 'nul-counted', 4096],
    [198, 'moby-2019', undefined],
    [199, 'moby-2019', 4097],
  ])('takes a label of %i bytes under the rule %s (too large: %s)', (bytes, pageRule, tooLarge) => {
    const parts = { ...DOCKER, lowers: lowers(128), label: 'x'.repeat(bytes) };

    if (tooLarge === undefined) expect(decide(parts, pageRule)).toMatchObject({ form: 'relative' });
    else {
      expect(() => decide(parts, pageRule)).toThrow(
        withMessage(`cannot mount layer, mount label too large ${tooLarge}`),
      );
    }
  });

  it('refuses a label of 5000 bytes with the length of the relative data', () => {
    const parts = { ...PARTS, id: 'x', lowers: lowers(1), label: 'x'.repeat(5000) };
    const attempt = (): unknown => decide(parts);

    expect(attempt).toThrow(LabelTooLargeError);
    expect(attempt).toThrow(
      expect.objectContaining({
        message: 'cannot mount layer, mount label too large 5089',
        code: 'label-too-large',
        lengthBytes: 5089,
      }),
    );
  });

  it('counts bytes and not characters', () => {
    const wide = { ...PARTS, lowers: lowers(1), label: 'é'.repeat(2030) };
    const data = absoluteMountData(wide);

    expect(data.length).toBeLessThan(PAGE);
    expect(() => decide(wide)).toThrow(LabelTooLargeError);
  });
});
