// Establishes what white space is to Go, by examples where JavaScript differs and recorded answers.
import { describe, expect, it } from 'vitest';
import { splitFields, trimSpace } from '../../../../src/domain/go/trim.js';
import { answersOf, goAnswers } from '../../../helpers/go-answers.js';

const SPACES = [...'\t\n\v\f\r \u0085\u00a0\u1680\u2000\u2005\u200a\u2028\u2029\u202f\u205f\u3000'];
const NO_SPACES = [...'\b\u000e\u001f!\u0084\u180e\u1fff\u200b\u2027\u202a\u2030\u2060\ufeff'];

const hex = (character: string) => `U+${character.charCodeAt(0).toString(16)}`;

describe('trimSpace', () => {
  it.each(SPACES.map((space) => [hex(space), space]))('removes %s', (_, space) => {
    expect(trimSpace(`${space}${space}a${space}b${space}${space}`)).toBe(`a${space}b`);
  });

  it.each(NO_SPACES.map((other) => [hex(other), other]))('keeps %s', (_, other) => {
    expect(trimSpace(`${other}a${other}`)).toBe(`${other}a${other}`);
  });

  it('leaves nothing of white space alone', () => {
    expect(trimSpace(' \t\n')).toBe('');
  });

  it('answers recorded inputs as Go does', () => {
    const recorded = goAnswers('trimSpace');

    expect(answersOf(recorded, trimSpace)).toStrictEqual(recorded);
  });
});

describe('splitFields', () => {
  it.each([
    ['', []],
    ['  ', []],
    ['a', ['a']],
    [' a \t b\n', ['a', 'b']],
    ['a\u0085b\ufeffc', ['a', 'b\ufeffc']],
  ])('splits %j into %j', (text, fields) => {
    expect(splitFields(text)).toStrictEqual(fields);
  });

  it('answers recorded inputs as Go does', () => {
    const recorded = goAnswers('splitFields');

    expect(answersOf(recorded, splitFields)).toStrictEqual(recorded);
  });
});
