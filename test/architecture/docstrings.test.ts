/**
 * Establishes that every export of src says what it gives, by looking for the docstring of each
 * declaration in the syntax tree.
 */
import { describe, expect, it } from 'vitest';
import { findExportsWithoutDocstring } from './docstrings.js';
import { parse, readSourceFiles } from './source-files.js';

describe('the docstrings', () => {
  it('are there for every export of src', () => {
    expect(readSourceFiles(['src']).flatMap(findExportsWithoutDocstring)).toEqual([]);
  });
});

describe('the docstring check', () => {
  it.each([
    ['a function', 'export function f() {}', 'f'],
    ['a class', 'export class C {}', 'C'],
    ['an interface', 'export interface I {}', 'I'],
    ['a type', 'export type T = 1;', 'T'],
    ['a constant', 'export const c = 1;', 'c'],
    ['a name in an export list', 'const c = 1;\nexport { c as d };', 'c'],
  ])('reports %s without one', (_what, text, name) => {
    const complaints = findExportsWithoutDocstring(parse('bare.ts', text));

    expect(complaints).toEqual([`bare.ts:1 exports ${name} without a docstring`]);
  });

  it.each([
    ['a docstring', '/** Gives. */\nexport const c = 1;'],
    ['no export', 'const c = 1;'],
    ['a re-export', "export { c } from './c.js';"],
    ['a later overload', '/** Gives. */\nexport function f(): 1;\nexport function f() {}'],
  ])('passes %s', (_what, text) => {
    expect(findExportsWithoutDocstring(parse('fine.ts', text))).toEqual([]);
  });

  it.each([
    ['a plain comment', '// Gives.\nexport const c = 1;'],
    ['tags alone', '/** @public */\nexport const c = 1;'],
  ])('does not take %s for one', (_what, text) => {
    expect(findExportsWithoutDocstring(parse('bare.ts', text))).toHaveLength(1);
  });
});
