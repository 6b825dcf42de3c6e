// Establishes that a quoted text reads back, and that it is one printable line.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPrintable } from '../../../../src/domain/go/printable.js';
import { goQuote, goUnquote } from '../../../../src/domain/go/quote.js';
import { assertRoundTrip } from '../../../helpers/laws.js';

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('"', '\\', '\n', '\r', "'", 'x', '0', 'é', '\u007f') }),
);

describe('goQuote', () => {
  it('is undone by goUnquote', () => {
    assertRoundTrip(text, goQuote, goUnquote);
  });

  it('gives printable runes alone', () => {
    fc.assert(
      fc.property(text, (raw) => {
        for (const rune of goQuote(raw)) {
          expect(isPrintable(rune.codePointAt(0) ?? 0)).toBe(true);
        }
      }),
    );
  });

  it('reads every octal escape of a byte back as that byte', () => {
    const octal = (raw: string) =>
      Array.from(
        new TextEncoder().encode(raw),
        (byte) => `\\${byte.toString(8).padStart(3, '0')}`,
      ).join('');

    assertRoundTrip(fc.string({ unit: 'binary' }), (raw) => `"${octal(raw)}"`, goUnquote);
  });
});
