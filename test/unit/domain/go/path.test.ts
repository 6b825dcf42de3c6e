// Establishes that paths join and clean as in Go, by chosen examples and recorded answers of Go.
import { describe, expect, it } from 'vitest';
import { goBase, goClean, goDir, goJoin, isAbs } from '../../../../src/domain/go/path.js';
import { answersOf, goAnswers } from '../../../helpers/go-answers.js';

describe('goClean', () => {
  it.each([
    ['', '.'],
    ['.', '.'],
    ['..', '..'],
    ['/', '/'],
    ['//', '/'],
    ['/..', '/'],
    ['/../a', '/a'],
    ['a/../b', 'b'],
    ['a/..', '.'],
    ['../a', '../a'],
    ['../../a', '../../a'],
    ['a/../..', '..'],
    ['a/../../b', '../b'],
    ['a/./b', 'a/b'],
    ['./a', 'a'],
    ['a//b', 'a/b'],
    ['a/', 'a'],
    ['/a/', '/a'],
    ['..a/b..', '..a/b..'],
    ['.../a', '.../a'],
    ['a/..b', 'a/..b'],
    ['a\\..\\b', 'a\\..\\b'],
  ])('cleans %j to %j', (path, cleaned) => {
    expect(goClean(path)).toBe(cleaned);
  });

  it('answers recorded inputs as Go does', () => {
    const recorded = goAnswers('goClean');

    expect(answersOf(recorded, goClean)).toStrictEqual(recorded);
  });
});

describe('goJoin', () => {
  it.each([
    [[], ''],
    [[''], ''],
    [['', ''], ''],
    [['', 'a'], 'a'],
    [['a', ''], 'a'],
    [['a', 'b'], 'a/b'],
    [['a', '', 'b'], 'a/b'],
    [['a', '../b'], 'b'],
    [['a', '/b'], 'a/b'],
    [['/', 'a'], '/a'],
    [['/home', 'l', 'X'], '/home/l/X'],
    [['..', 'id', 'diff'], '../id/diff'],
    [['..', '', 'diff'], '../diff'],
    [['..', '../../etc', 'diff'], '../../../etc/diff'],
    [['/home', '..', '..', 'x'], '/x'],
  ])('joins %j to %j', (elements, joined) => {
    expect(goJoin(...elements)).toBe(joined);
  });

  it('answers recorded inputs as Go does', () => {
    const recorded = goAnswers('goJoin');

    expect(answersOf(recorded, goJoin)).toStrictEqual(recorded);
  });
});

describe('goDir', () => {
  it.each([
    ['', '.'],
    ['a', '.'],
    ['/', '/'],
    ['/a', '/'],
    ['/a/b', '/a'],
    ['a/b/', 'a/b'],
    ['a/../b', '.'],
  ])('gives the directory of %j as %j', (path, directory) => {
    expect(goDir(path)).toBe(directory);
  });

  it('answers recorded inputs as Go does', () => {
    const recorded = goAnswers('goDir');

    expect(answersOf(recorded, goDir)).toStrictEqual(recorded);
  });
});

describe('goBase', () => {
  it.each([
    ['', '.'],
    ['/', '/'],
    ['///', '/'],
    ['a', 'a'],
    ['/a/b', 'b'],
    ['a/b//', 'b'],
    ['a/..', '..'],
  ])('gives the last element of %j as %j', (path, base) => {
    expect(goBase(path)).toBe(base);
  });

  it('answers recorded inputs as Go does', () => {
    const recorded = goAnswers('goBase');

    expect(answersOf(recorded, goBase)).toStrictEqual(recorded);
  });
});

describe('isAbs', () => {
  it.each([
    ['/', true],
    ['/a', true],
    ['', false],
    ['a/', false],
    ['./a', false],
  ])('says of %j that its being absolute is %j', (path, absolute) => {
    expect(isAbs(path)).toBe(absolute);
  });
});
