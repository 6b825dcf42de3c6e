/** Shows which texts the options of `check` take. */
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  collectReports,
  parseCount,
  parseRuns,
  parseSeed,
  parseShard,
  parseTime,
} from '../../../../src/cli/check/parse-check-options.js';

describe('options of check', () => {
  it.each([
    ['30', 30_000],
    ['30s', 30_000],
    ['1.5m', 90_000],
    ['2h', 7_200_000],
    ['0.001', 1],
  ])('reads the time %s', (text, ms) => {
    expect(parseTime(text)).toBe(ms);
  });

  it.each(['', 's', '1d', '-1', '1,5', ' 1'])('refuses the time "%s"', (text) => {
    expect(() => parseTime(text)).toThrow('It is not a time');
  });

  it('reads shards from 1', () => {
    expect(parseShard('2/4')).toEqual({ index: 2, of: 4 });
    for (const text of ['0/4', '5/4', '1', '1/', 'a/b']) {
      expect(() => parseShard(text)).toThrow('It is not i/n');
    }
  });

  it('reads seeds of 32 bits', () => {
    expect([parseSeed('0'), parseSeed('4294967295')]).toEqual([0, 4294967295]);
    for (const text of ['4294967296', '-1', '1.5', '']) {
      expect(() => parseSeed(text)).toThrow('It is not an integer');
    }
  });

  it('reads counts, and 0 where it may be none', () => {
    expect([parseRuns('0'), parseCount('1')]).toEqual([0, 1]);
    expect(() => parseCount('0')).toThrow('It is not a count');
    expect(() => parseRuns('x')).toThrow('It is not a count');
  });

  it('collects reports, each form once', () => {
    expect(collectReports('json=a,junit=b')).toEqual({ json: resolve('a'), junit: resolve('b') });
    expect(collectReports('junit=b', { json: '/a' })).toEqual({ json: '/a', junit: resolve('b') });
    for (const text of ['json', 'json=', 'xml=a', '=a']) {
      expect(() => collectReports(text)).toThrow('It is not form=file');
    }
    expect(() => collectReports('json=b', { json: '/a' })).toThrow('There are two of json');
  });
});
