/** Establishes which packages the tests of a machine without npm are given. */
import { describe, expect, it } from 'vitest';
import { placesOf } from '../../../scripts/matrix/packages.mjs';

const LOCK = {
  'node_modules/a': { dependencies: { b: '1', c: '1' } },
  'node_modules/a/node_modules/b': { dependencies: { c: '2' } },
  'node_modules/b': {},
  'node_modules/c': { optionalDependencies: { native: '1', foreign: '1' } },
  'node_modules/native': { dependencies: { a: '1' } },
  'node_modules/foreign': {},
  'node_modules/unused': {},
};

describe('packages', () => {
  it('are all that is needed, found as Node finds it, without what is not installed', () => {
    const isThere = (place: string): boolean => place !== 'node_modules/foreign';

    expect(placesOf(LOCK, ['a'], isThere)).toEqual([
      'node_modules/a',
      'node_modules/a/node_modules/b',
      'node_modules/c',
      'node_modules/native',
    ]);
  });

  it('that must be there and are not are told of', () => {
    expect(() => placesOf(LOCK, ['b'], () => false)).toThrow('package b is not installed');
  });
});
