// Establishes laws of Go's small text functions and integers.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scanLines } from '../../../../src/domain/go/lines.js';
import { goToLower } from '../../../../src/domain/go/lower-case.js';
import { atoi, isInt64, parseFloat } from '../../../../src/domain/go/strconv.js';
import { splitFields, trimSpace } from '../../../../src/domain/go/trim.js';
import { assertIdempotent, assertRoundTrip } from '../../../helpers/laws.js';

const spaced = fc.string({
  unit: fc.constantFrom(' ', '\t', '\n', '\u0085', '\u3000', '\ufeff', 'a', 'B', 'é'),
});
const word = fc.string({ unit: fc.constantFrom('a', 'B', 'é', '=', ':'), minLength: 1 });

describe("Go's text functions", () => {
  it('trim once and for all', () => {
    assertIdempotent(spaced, trimSpace);
  });

  it('split what was joined by white space', () => {
    assertRoundTrip(fc.array(word), (words) => ` ${words.join(' \t')}\n`, splitFields);
  });

  it('lower once and for all, rune by rune', () => {
    const text = fc.string({ unit: 'binary' });

    assertIdempotent(text, goToLower);
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(goToLower(a) + goToLower(b)).toBe(goToLower(a + b));
        expect(Array.from(goToLower(a))).toHaveLength(Array.from(a).length);
      }),
    );
  });

  it('scan the lines that were written', () => {
    assertRoundTrip(
      fc.array(word),
      (lines) => lines.map((line) => `${line}\n`).join(''),
      (text) => [...scanLines(text).lines],
    );
  });
});

describe("Go's numbers", () => {
  it('read every int64 back, and nothing beyond', () => {
    const wide = fc.bigInt({ min: -(2n ** 65n), max: 2n ** 65n });

    fc.assert(
      fc.property(
        fc.oneof(wide, fc.bigInt({ min: 2n ** 63n - 9n, max: 2n ** 63n + 9n })),
        (value) => {
          if (isInt64(value)) expect(atoi(`${value}`)).toBe(value);
          else expect(() => atoi(`${value}`)).toThrow('value out of range');
          expect(isInt64(value)).toBe(value >= -(2n ** 63n) && value < 2n ** 63n);
        },
      ),
    );
  });

  it('read every finite float back', () => {
    assertRoundTrip(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      (value) => (Object.is(value, -0) ? '-0' : `${value}`),
      parseFloat,
    );
  });
});
