/**
 * Establishes that no module of src keeps state, so that what Go keeps process-wide is a value that
 * is passed in, by looking at each top-level variable in the syntax tree.
 */
import { describe, expect, it } from 'vitest';
import { findModuleState } from './module-state.js';
import { parse, readSourceFiles } from './source-files.js';

describe('the modules of src', () => {
  it('keep no state', () => {
    expect(readSourceFiles(['src']).flatMap(findModuleState)).toEqual([]);
  });
});

describe('the module state check', () => {
  it.each([
    ['let', 'let x = 1;'],
    ['var', 'export var x = 1;'],
    ['a map', 'const x = new Map();'],
    ['a list', 'const x = [];'],
    ['a list by its type', 'const x: string[] = read();'],
    ['a set by its type', 'const x: Set<string> = read();'],
  ])('reports %s', (_what, text) => {
    expect(findModuleState(parse('state.ts', text))).toEqual(['state.ts:1 keeps x in the module']);
  });

  it.each([
    ['a number', 'const x = 1;'],
    ['a map that can only be read', 'const x: ReadonlyMap<string, string> = new Map();'],
    ['a list that can only be read', 'const x: readonly string[] = [];'],
    ['a list of constants', 'const x = [1, 2] as const;'],
    ['a variable of a function', 'function f() { let x = 1; return x; }'],
  ])('passes %s', (_what, text) => {
    expect(findModuleState(parse('fine.ts', text))).toEqual([]);
  });
});
