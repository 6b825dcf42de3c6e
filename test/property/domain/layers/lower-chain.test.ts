/**
 * Establishes the laws of link ids and chains: what is made is valid, what is joined splits again,
 * and a chain grows by one entry of 29 bytes a layer up to the limit.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isLinkId, linkIdFromBytes } from '../../../../src/domain/layers/link-id.js';
import {
  childLower,
  formatLower,
  MaxDepthError,
  splitLower,
} from '../../../../src/domain/layers/lower-chain.js';

const linkIds = fc.uint8Array({ minLength: 17, maxLength: 17 }).map(linkIdFromBytes);
const CHECKED = { id: 'x', trustLink: false, trustLower: false };

describe('linkIdFromBytes', () => {
  it('always makes a link id', () => {
    fc.assert(
      fc.property(linkIds, (id) => {
        expect(id).toMatch(/^[A-Z2-7]{26}$/);
        expect(isLinkId(id)).toBe(true);
      }),
    );
  });

  it('agrees with another base-32 encoder', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 17, maxLength: 17 }), (bytes) => {
        const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('');
        const groups = bits.match(/.{5}/g) ?? [];
        const digits = groups.slice(0, 26).map((group) => Number.parseInt(group, 2));
        const expected = digits.map((digit) =>
          digit < 26 ? String.fromCharCode(65 + digit) : String(digit - 24),
        );

        expect(linkIdFromBytes(bytes)).toBe(expected.join(''));
      }),
    );
  });
});

describe('a chain of lowers', () => {
  it('splits into what it was joined from', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.string().map((s) => s.replaceAll(':', ';')),
          { minLength: 1 },
        ),
        (entries) => {
          expect(splitLower(formatLower(entries))).toStrictEqual(entries);
        },
      ),
    );
  });

  it('has one entry of 29 bytes a layer, newest first, and ends at 128', () => {
    fc.assert(
      fc.property(fc.array(linkIds, { minLength: 1, maxLength: 140, size: 'max' }), (links) => {
        let lower: string | undefined;
        for (const [depth, link] of links.entries()) {
          if (depth === 128) {
            const full = lower;
            expect(() => childLower(link, full, CHECKED)).toThrow(MaxDepthError);
            return;
          }
          lower = childLower(link, lower, CHECKED);

          expect(lower).toHaveLength(29 * (depth + 1) - 1);
          expect(splitLower(lower, CHECKED)[0]).toBe(`l/${link}`);
        }
      }),
      { numRuns: 30 },
    );
  });
});
