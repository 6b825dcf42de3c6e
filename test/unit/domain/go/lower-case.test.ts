// Establishes that lower case is Go's, rune by rune, by examples where JavaScript differs.
import { describe, expect, it } from 'vitest';
import { goToLower } from '../../../../src/domain/go/lower-case.js';
import { answersOf, goAnswers } from '../../../helpers/go-answers.js';

describe('goToLower', () => {
  it.each([
    ['', ''],
    ['OVERLAY2.Size_9~\u007f\0', 'overlay2.size_9~\u007f\0'],
    ['ÀÉ Ω', 'àé ω'],
    ['ΑΣ', 'ασ'],
    ['SİZE', 'size'],
    ['\u212aB', 'kb'],
    ['ß', 'ß'],
    ['\u{10400}A', '\u{10428}a'],
    ['\ud800A', '\ud800a'],
  ])('turns %j into %j', (text, lower) => {
    expect(goToLower(text)).toBe(lower);
  });

  it('keeps a capital of a Unicode version that Go does not know', () => {
    expect(goToLower('\u2c2f')).toBe('\u2c2f');
  });

  it('answers recorded inputs as Go does', () => {
    const recorded = goAnswers('goToLower');

    expect(answersOf(recorded, goToLower)).toStrictEqual(recorded);
  });
});
