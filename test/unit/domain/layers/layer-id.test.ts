/**
 * Establishes which layer ids the strict profile takes, by examples on both sides of every
 * limit.
 */
import { describe, expect, it } from 'vitest';
import {
  InvalidLayerIdError,
  isLayerId,
  parseLayerId,
} from '../../../../src/domain/layers/layer-id.js';
import { TEMPORARY_PREFIXES } from '../../../../src/domain/layers/layout.js';
import { withMessage } from '../../../helpers/with-message.js';

const DOCKER_ID = '4f2c0f3f7a9dbb4b1c9e6d2a1b0c8e7f6a5d4c3b2a190807f6e5d4c3b2a19080';

describe('parseLayerId', () => {
  it.each([
    ['a digest', DOCKER_ID],
    ['the init layer of a container', `${DOCKER_ID}-init`],
    ['one character', 'x'],
    ['three dots', '...'],
    ['a leading dot', '.hidden'],
    ['characters that mount options need escaped', 'a:b,c\\d'],
    ['a name that only begins like the link directory', 'l2'],
    ['a name that only begins like the quota device', 'backingFsBlockDev2'],
    ['a name with a probe name inside', 'my-opaque-bug-check'],
    ['white space and non-ASCII characters', 'ä \n😀'],
    ['255 bytes', 'é'.repeat(127) + 'x'],
  ])('takes %s', (_what, id) => {
    expect(parseLayerId(id)).toBe(id);
    expect(isLayerId(id)).toBe(true);
  });

  it.each([
    ['', '""', 'it is empty'],
    ['.', '"."', 'it names a directory by its place'],
    ['..', '".."', 'it names a directory by its place'],
    ['a/b', '"a/b"', 'it contains a slash'],
    ['/', '"/"', 'it contains a slash'],
    ['a\0b', '"a\\x00b"', 'it contains a NUL byte'],
    ['l', '"l"', 'the driver uses this name itself'],
    ['backingFsBlockDev', '"backingFsBlockDev"', 'the driver uses this name itself'],
    [
      'opaque-bug-check123',
      '"opaque-bug-check123"',
      'the driver uses names beginning with opaque-bug-check itself',
    ],
    [
      'multiple-lowerdir-check',
      '"multiple-lowerdir-check"',
      'the driver uses names beginning with multiple-lowerdir-check itself',
    ],
    [
      'fsutils-dummy1',
      '"fsutils-dummy1"',
      'the driver uses names beginning with fsutils-dummy itself',
    ],
    ['.create-x', '".create-x"', 'the driver uses names beginning with .create- itself'],
    ['a\ud800', '"a\ufffd"', 'it is not well-formed Unicode'],
  ])('refuses %j', (id, quoted, reason) => {
    const attempt = (): unknown => parseLayerId(id);

    expect(attempt).toThrow(InvalidLayerIdError);
    expect(attempt).toThrow(withMessage(`invalid layer id ${quoted}: ${reason}`));
    expect(isLayerId(id)).toBe(false);
  });

  it.each(TEMPORARY_PREFIXES)('refuses every name that begins with %s', (prefix) => {
    expect(isLayerId(prefix)).toBe(false);
    expect(isLayerId(`${prefix}x`)).toBe(false);
  });

  it('refuses the 256th byte, counting bytes and not characters', () => {
    expect(() => parseLayerId('é'.repeat(128))).toThrow(/: it is longer than 255 bytes$/);
    expect(() => parseLayerId('x'.repeat(256))).toThrow(/: it is longer than 255 bytes$/);
  });

  it('says in its error what was refused and why', () => {
    const error = new InvalidLayerIdError('a"b', 'why');

    expect(error).toMatchObject({ code: 'invalid-layer-id', id: 'a"b', reason: 'why' });
    expect(error.message).toBe('invalid layer id "a\\"b": why');
  });
});
