/** Shows in what terms two homes are told apart. */
import { describe, expect, it } from 'vitest';
import type { HomeView, LayerView } from '../../../../src/oracle/commands/answer.js';
import { compareHomes } from '../../../../src/oracle/judge/compare-homes.js';

const A: LayerView = { id: 'a', names: ['diff', 'link'], link: { of: 'a' }, mounted: false };
const B: LayerView = {
  id: 'b',
  names: ['diff', 'link', 'lower', 'work'],
  link: { of: 'b' },
  lower: [{ of: 'a' }],
  mounted: false,
};
const HOME: HomeView = { layers: [A, B], links: ['../a/diff', '../b/diff'], strays: [] };

function aspects(actual: HomeView, expected = HOME): readonly string[] {
  return compareHomes(expected, actual).map(({ aspect, layer }) => `${aspect} ${layer}`.trim());
}

describe('compareHomes', () => {
  it('finds equal homes equal', () => {
    expect(compareHomes(HOME, structuredClone(HOME))).toEqual([]);
  });

  it.each<readonly [string, HomeView, readonly string[]]>([
    ['a layer that is gone', { ...HOME, layers: [A] }, ['layer missing b']],
    ['a layer too many', { ...HOME, layers: [A, B, { ...A, id: 'c' }] }, ['layer extra c']],
    [
      'a file too many in a layer',
      { ...HOME, layers: [{ ...A, names: ['committed', 'diff', 'link'] }, B] },
      ['committed extra a'],
    ],
    [
      'a file that is gone',
      { ...HOME, layers: [{ ...A, names: ['diff'] }, B] },
      ['link missing a'],
    ],
    ['another link', { ...HOME, layers: [{ ...A, link: { of: 'b' } }, B] }, ['link a']],
    ['another chain', { ...HOME, layers: [A, { ...B, lower: [{ dangling: true }] }] }, ['lower b']],
    ['a mount', { ...HOME, layers: [A, { ...B, mounted: true }] }, ['mount extra b']],
    [
      'a leaked symlink',
      { ...HOME, links: ['../a/diff', '../b/diff', '../b/diff'] },
      ['links extra'],
    ],
    ['a lost symlink', { ...HOME, links: ['../a/diff'] }, ['links missing']],
    ['something else', { ...HOME, strays: ['x'] }, ['strays extra']],
  ])('tells %s', (_what, actual, expected) => {
    expect(aspects(actual)).toEqual(expected);
  });

  it('tells a mount that is missing from one too many', () => {
    const mounted = { ...HOME, layers: [A, { ...B, mounted: true }] };

    expect(aspects(HOME, mounted)).toEqual(['mount missing b']);
  });

  it('takes random ids within texts for equal', () => {
    const text = (id: string): HomeView => ({
      ...HOME,
      layers: [{ ...A, link: { text: `${id}\n` } }, B],
    });

    expect(compareHomes(text('A'.repeat(26)), text('B'.repeat(26)))).toEqual([]);
    expect(compareHomes(text('A'.repeat(26)), text('short'))).toHaveLength(1);
  });
});
