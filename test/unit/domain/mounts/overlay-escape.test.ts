/**
 * Establishes how paths are escaped for overlayfs and read back, by the forms that the kernel was
 * seen to take.
 */
import { describe, expect, it } from 'vitest';
import {
  escapeLayerOption,
  escapeLowerdir,
  splitLowerdir,
  splitMountOptions,
  unescapeLayerOption,
} from '../../../../src/domain/mounts/overlay-escape.js';

describe('escapeLowerdir', () => {
  it.each([
    ['a:b', 'a\\:b'],
    ['a,b', 'a\\,b'],
    ['a\\b', 'a\\\\b'],
    ['::,,', '\\:\\:\\,\\,'],
    ['plain "and" spaced = é', 'plain "and" spaced = é'],
  ])('writes %j as %j', (path, escaped) => {
    expect(escapeLowerdir(path)).toBe(escaped);
  });
});

describe('escapeLayerOption', () => {
  it.each([
    ['a:b', 'a:b'],
    ['a,b', 'a\\,b'],
    ['a\\b', 'a\\\\b'],
    [',,\\\\', '\\,\\,\\\\\\\\'],
  ])('writes %j as %j', (path, escaped) => {
    expect(escapeLayerOption(path)).toBe(escaped);
  });
});

describe('unescapeLayerOption', () => {
  it.each([
    ['a:b', 'a:b'],
    ['a\\:b', 'a:b'],
    ['a\\,b', 'a,b'],
    ['a\\\\b', 'a\\b'],
    ['\\x', 'x'],
    ['\\\n', '\n'],
    ['\\\\\\', '\\'],
    ['a\\', 'a'],
  ])('reads %j as %j', (value, path) => {
    expect(unescapeLayerOption(value)).toBe(path);
  });
});

describe('splitLowerdir', () => {
  it.each([
    ['/a', ['/a']],
    ['/a:/b', ['/a', '/b']],
    ['/a\\:/b:/c', ['/a:/b', '/c']],
    ['/a\\\\:/c', ['/a\\', '/c']],
    ['a::b', ['a', '', 'b']],
    ['a:', ['a', '']],
    ['', ['']],
    ['a\\', ['a']],
  ])('reads %j as %j', (value, paths) => {
    expect(splitLowerdir(value)).toStrictEqual(paths);
  });
});

describe('splitMountOptions', () => {
  it.each([
    ['', []],
    ['a=b', ['a=b']],
    ['a=b,c', ['a=b', 'c']],
    ['a,,b,', ['a', 'b']],
    ['a\\,b,c', ['a\\,b', 'c']],
    ['a\\\\,b', ['a\\\\', 'b']],
    ['a,b\\', ['a', 'b\\']],
  ])('splits %j into %j', (data, options) => {
    expect(splitMountOptions(data)).toStrictEqual(options);
  });
});
