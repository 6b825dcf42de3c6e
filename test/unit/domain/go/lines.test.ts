// Establishes that lines are those of Go's scanner, its limit included.
import { describe, expect, it } from 'vitest';
import { scanLines } from '../../../../src/domain/go/lines.js';
import { answersOf, goAnswers } from '../../../helpers/go-answers.js';

const LONGEST = 'y'.repeat(65535);

describe('scanLines', () => {
  it.each([
    ['', []],
    ['\n', ['']],
    ['a', ['a']],
    ['a\n', ['a']],
    ['a\n\n', ['a', '']],
    ['\na', ['', 'a']],
    ['a\r\nb\r', ['a', 'b']],
    ['a\r\r\n', ['a\r']],
    ['a\rb\n', ['a\rb']],
  ])('splits %j into %j', (text, lines) => {
    expect(scanLines(text)).toStrictEqual({ lines, tooLong: false });
  });

  it('takes a line of 65535 bytes', () => {
    expect(scanLines(`${LONGEST}\nb`)).toStrictEqual({ lines: [LONGEST, 'b'], tooLong: false });
  });

  it('stops at a line of 65536 bytes', () => {
    expect(scanLines(`a\ny${LONGEST}\nb`)).toStrictEqual({ lines: ['a'], tooLong: true });
  });

  it('stops at a first line that is too long', () => {
    expect(scanLines(`y${LONGEST}`)).toStrictEqual({ lines: [], tooLong: true });
  });

  it('counts bytes, not characters', () => {
    expect(scanLines('é'.repeat(32768)).tooLong).toBe(true);
    expect(scanLines('é'.repeat(32767)).tooLong).toBe(false);
  });

  it('counts the carriage return', () => {
    expect(scanLines(`${LONGEST}\r\n`).tooLong).toBe(true);
  });

  it('answers recorded inputs as Go does', () => {
    const recorded = goAnswers('scanLines');

    expect(answersOf(recorded, scanLines)).toStrictEqual(recorded);
  });
});
