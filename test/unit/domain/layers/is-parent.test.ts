/**
 * Establishes when a layer counts as the direct parent of another, by the worked examples.
 */
import { describe, expect, it } from 'vitest';
import { isParent } from '../../../../src/domain/layers/is-parent.js';

const HOME = '/h';
const X = '/h/x/diff';
const Y = '/h/y/diff';

describe('isParent', () => {
  it.each([
    ['no lowers', [], '', true],
    ['no lowers', [], 'x', false],
    ['[x, y]', [X, Y], 'x', true],
    ['[x, y]', [X, Y], 'y', false],
    ['[x]', [X], '', false],
    ['unresolvable lowers', undefined, 'x', false],
    ['unresolvable lowers', undefined, '', false],
  ])('answers for %s (%j) and the parent %j: %s', (_what, lowerDirs, parent, answer) => {
    expect(isParent({ home: HOME, parent, lowerDirs })).toBe(answer);
  });

  it('denies the empty parent even where the lower is the content of the home', () => {
    expect(isParent({ home: HOME, parent: '', lowerDirs: ['/h/diff'] })).toBe(false);
  });

  it('compares cleaned paths', () => {
    expect(isParent({ home: '/h/', parent: 'a/../x', lowerDirs: [X] })).toBe(true);
  });

  it('compares the directory of the lower whatever its last component is', () => {
    expect(isParent({ home: HOME, parent: 'x', lowerDirs: ['/h/x/other'] })).toBe(true);
    expect(isParent({ home: HOME, parent: 'x', lowerDirs: ['/h/x'] })).toBe(false);
  });
});
