// Establishes that the errno table holds Go's names and texts, by the recorded table of Go.
import { describe, expect, it } from 'vitest';
import { ERRNO, errnoName, errnoText, type ErrnoName } from '../../../../src/domain/go/errno.js';
import { answersOf, goAnswers } from '../../../helpers/go-answers.js';

describe('errnoText', () => {
  it.each([
    [1, 'operation not permitted'],
    [2, 'no such file or directory'],
    [16, 'device or resource busy'],
    [17, 'file exists'],
    [18, 'invalid cross-device link'],
    [20, 'not a directory'],
    [22, 'invalid argument'],
    [30, 'read-only file system'],
    [40, 'too many levels of symbolic links'],
    [61, 'no data available'],
    [95, 'operation not supported'],
    [116, 'stale NFS file handle'],
    [132, 'operation not possible due to RF-kill'],
  ])('tells errno %i', (errno, text) => {
    expect(errnoText(errno)).toBe(text);
  });

  it.each([0, 41, 58, 133, 524, 9999])('tells %i, which has no name, by its number', (errno) => {
    expect(errnoText(errno)).toBe(`errno ${errno}`);
  });

  it('tells every errno as Go does', () => {
    const recorded = goAnswers('errnoText');

    expect(answersOf(recorded, (errno) => errnoText(Number(errno)))).toStrictEqual(recorded);
  });
});

describe('errnoName', () => {
  it('names every errno as Go does', () => {
    const recorded = goAnswers('errnoName');

    expect(answersOf(recorded, (errno) => errnoName(Number(errno)))).toStrictEqual(recorded);
  });

  it.each([0, 41, 58, 133])('names %i, which has no name, by its number', (errno) => {
    expect(errnoName(errno)).toBe(`E${errno}`);
  });
});

describe('ERRNO', () => {
  it('gives the number of each of the names', () => {
    const names = goAnswers('errnoName');

    expect(Object.keys(ERRNO)).toHaveLength(names.length);
    for (const { inputs, answer } of names) {
      expect(ERRNO[answer as ErrnoName]).toBe(Number(inputs[0]));
    }
  });

  it('cannot be changed', () => {
    expect(Object.isFrozen(ERRNO)).toBe(true);
  });
});
