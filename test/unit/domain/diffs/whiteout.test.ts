/**
 * Establishes which names and files are whiteouts and opaque marks, and how degenerate whiteout
 * names are met.
 */
import { describe, expect, it } from 'vitest';
import {
  classifyWhiteout,
  InvalidWhiteoutError,
  isOpaqueValue,
  isWhiteoutDevice,
  isWhiteoutName,
  META_LINK_DIR,
  META_PREFIX,
  OPAQUE_NAME,
  OPAQUE_XATTR,
  whiteoutName,
} from '../../../../src/domain/diffs/whiteout.js';
import { encodeUtf8 } from '../../../../src/domain/utf8.js';
import { withMessage } from '../../../helpers/with-message.js';

const LAX = { refuseDegenerate: false };
const STRICT = { refuseDegenerate: true };

describe('the names of whiteouts', () => {
  it('are those of the aufs format', () => {
    expect([META_PREFIX, META_LINK_DIR, OPAQUE_NAME]).toStrictEqual([
      '.wh..wh.',
      '.wh..wh.plnk',
      '.wh..wh..opq',
    ]);
    expect(OPAQUE_XATTR).toBe('trusted.overlay.opaque');
  });
});

describe('classifyWhiteout', () => {
  it.each(['a', '.wh', 'x.wh.a', '.WH.a', '', '.'])('takes %j for a file', (name) => {
    expect(classifyWhiteout(encodeUtf8(name), LAX)).toStrictEqual({ kind: 'none' });
    expect(classifyWhiteout(encodeUtf8(name), STRICT)).toStrictEqual({ kind: 'none' });
  });

  it('knows the opaque mark', () => {
    expect(classifyWhiteout(encodeUtf8('.wh..wh..opq'), LAX)).toStrictEqual({ kind: 'opaque' });
    expect(classifyWhiteout(encodeUtf8('.wh..wh..opq'), STRICT)).toStrictEqual({ kind: 'opaque' });
  });

  it.each([
    ['.wh.a', 'a'],
    ['.wh..a', '.a'],
    ['.wh....', '...'],
    ['.wh..wh.gone', '.wh.gone'],
    ['.wh..wh..opq2', '.wh..opq2'],
    ['.wh..wh.plnk', '.wh.plnk'],
    ['.wh.é', 'é'],
  ])('takes %j for the deletion of %j', (name, hidden) => {
    const whiteout = { kind: 'whiteout', hidden: encodeUtf8(hidden) };

    expect(classifyWhiteout(encodeUtf8(name), LAX)).toStrictEqual(whiteout);
    expect(classifyWhiteout(encodeUtf8(name), STRICT)).toStrictEqual(whiteout);
  });

  it('keeps bytes that are not UTF-8', () => {
    const name = Uint8Array.of(...encodeUtf8('.wh.'), 0xff);

    expect(classifyWhiteout(name, STRICT)).toStrictEqual({
      kind: 'whiteout',
      hidden: Uint8Array.of(0xff),
    });
  });

  it.each([
    ['.wh.', ''],
    ['.wh..', '.'],
    ['.wh...', '..'],
  ])('takes %j for the deletion of %j in moby-2019 and refuses it in strict', (name, hidden) => {
    const attempt = (): unknown => classifyWhiteout(encodeUtf8(name), STRICT);

    expect(classifyWhiteout(encodeUtf8(name), LAX)).toStrictEqual({
      kind: 'whiteout',
      hidden: encodeUtf8(hidden),
    });
    expect(attempt).toThrow(InvalidWhiteoutError);
    expect(attempt).toThrow(withMessage(`invalid whiteout name "${name}"`));
  });

  it('says in its error which name', () => {
    expect(new InvalidWhiteoutError('.wh.')).toMatchObject({
      code: 'invalid-whiteout',
      baseName: '.wh.',
    });
  });
});

describe('isWhiteoutName', () => {
  it.each([
    ['.wh.', true],
    ['.wh.x', true],
    ['.wh..wh..opq', true],
    ['.wh', false],
    ['.whx', false],
    ['a.wh.x', false],
    ['', false],
  ])('says of %j: %s', (name, answer) => {
    expect(isWhiteoutName(encodeUtf8(name))).toBe(answer);
  });
});

describe('whiteoutName', () => {
  it.each([
    ['a', '.wh.a'],
    ['.wh.gone', '.wh..wh.gone'],
  ])('hides %j by %j', (hidden, name) => {
    expect(whiteoutName(encodeUtf8(hidden))).toStrictEqual(encodeUtf8(name));
  });
});

describe('isWhiteoutDevice', () => {
  it.each([
    ['a character device 0:0', 0o020000, 0, 0, true],
    ['one with permissions', 0o020644, 0, 0, true],
    ['/dev/null', 0o020666, 1, 3, false],
    ['a character device 0:1', 0o020000, 0, 1, false],
    ['a character device 1:0', 0o020000, 1, 0, false],
    ['a block device 0:0', 0o060000, 0, 0, false],
    ['a symlink', 0o120777, 0, 0, false],
    ['a regular file', 0o100000, 0, 0, false],
  ])('says of %s', (_what, mode, rdevMajor, rdevMinor, answer) => {
    expect(isWhiteoutDevice({ mode, rdevMajor, rdevMinor })).toBe(answer);
  });
});

describe('isOpaqueValue', () => {
  it.each([
    ['y', true],
    ['yes', false],
    ['x', false],
    ['Y', false],
    ['y\0', false],
    ['', false],
  ])('says of %j: %s', (value, answer) => {
    expect(isOpaqueValue(encodeUtf8(value))).toBe(answer);
  });
});
