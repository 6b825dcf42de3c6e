/**
 * Establishes how link ids are made of random bytes and which texts are link ids, by examples that
 * any base-32 encoder repeats (`head -c 17 | base32`).
 */
import { describe, expect, it } from 'vitest';
import { AssertionError } from '../../../../src/domain/assert.js';
import {
  InvalidLinkError,
  isLinkId,
  LINK_ID_RANDOM_BYTES,
  linkIdFromBytes,
  parseLinkId,
} from '../../../../src/domain/layers/link-id.js';
import { withMessage } from '../../../helpers/with-message.js';

const LID = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

describe('linkIdFromBytes', () => {
  it('needs 17 bytes', () => {
    expect(LINK_ID_RANDOM_BYTES).toBe(17);
  });

  it.each([
    ['zeros', new Uint8Array(17), 'A'.repeat(26)],
    ['ones', new Uint8Array(17).fill(0xff), '7'.repeat(26)],
    ['counting bytes', Uint8Array.from({ length: 17 }, (_, i) => i), 'AAAQEAYEAUDAOCAJBIFQYDIOB4'],
    ['text', new TextEncoder().encode('overlay2-ref link'), 'N53GK4TMMF4TELLSMVTCA3DJNZ'],
  ])('encodes %s', (_what, bytes, id) => {
    expect(linkIdFromBytes(bytes)).toBe(id);
  });

  it('does not depend on the last six bits, which the 26 characters do not reach', () => {
    const bytes = new Uint8Array(17);
    bytes[16] = 0b0011_1111;

    expect(linkIdFromBytes(bytes)).toBe('A'.repeat(26));

    bytes[16] = 0b0100_0000;

    expect(linkIdFromBytes(bytes)).toBe(`${'A'.repeat(25)}B`);
  });

  it.each([0, 16, 18])('takes %i bytes for a mistake of the program', (length) => {
    const attempt = (): unknown => linkIdFromBytes(new Uint8Array(length));

    expect(attempt).toThrow(AssertionError);
    expect(attempt).toThrow('a link id is made of 17 bytes');
  });
});

describe('isLinkId', () => {
  it.each([LID, '234567'.padEnd(26, 'A')])('knows %s', (text) => {
    expect(isLinkId(text)).toBe(true);
  });

  it.each([
    '',
    LID.slice(1),
    `${LID}A`,
    `${LID}\n`,
    `\n${LID}`,
    LID.toLowerCase(),
    '1'.padEnd(26, 'A'),
    '0'.padEnd(26, 'A'),
    '8'.padEnd(26, 'A'),
    '='.padStart(26, 'A'),
    '../other',
  ])('refuses %j', (text) => {
    expect(isLinkId(text)).toBe(false);
  });
});

describe('parseLinkId', () => {
  it('gives a link id back', () => {
    expect(parseLinkId(LID, 'base')).toBe(LID);
  });

  it.each([
    ['', 'layer "base": link file holds "", not a link id'],
    [`${LID}\n`, `layer "base": link file holds "${LID}\\n", not a link id`],
    ['../other', 'layer "base": link file holds "../other", not a link id'],
  ])('refuses a link file holding %j', (content, message) => {
    const attempt = (): unknown => parseLinkId(content, 'base');

    expect(attempt).toThrow(InvalidLinkError);
    expect(attempt).toThrow(withMessage(message));
  });

  it('says in its error which layer and which content', () => {
    expect(new InvalidLinkError('base', 'x')).toMatchObject({
      code: 'invalid-link',
      id: 'base',
      content: 'x',
    });
  });
});
