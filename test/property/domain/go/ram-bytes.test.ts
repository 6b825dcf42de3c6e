// Establishes laws of sizes: units are powers of 1024, in any spelling, and nothing is negative.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ramInBytes, ramInBytesChecked } from '../../../../src/domain/go/ram-bytes.js';

const UNITS = ['', 'k', 'm', 'g', 't', 'p'];

const spelling = fc.record({
  power: fc.nat({ max: 5 }),
  upper: fc.boolean(),
  space: fc.constantFrom('', ' '),
  suffix: fc.constantFrom('', 'i', 'b', 'ib', 'iB', 'I', 'B', 'IB'),
});

describe('a size', () => {
  it('is its number times a power of 1024, however it is spelt', () => {
    fc.assert(
      fc.property(fc.nat({ max: 8191 }), spelling, (number, { power, upper, space, suffix }) => {
        const unit = UNITS[power] ?? '';
        const text = `${number}${space}${upper ? unit.toUpperCase() : unit}${suffix}`;

        expect(ramInBytes(text)).toBe(BigInt(number) * 1024n ** BigInt(power));
      }),
    );
  });

  it('is exact in bytes up to 2^53', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 53n }), (bytes) => {
        expect(ramInBytes(`${bytes}`)).toBe(bytes);
      }),
    );
  });

  it('is either what both readers give, or wraps in one and fails in the other', () => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(...UNITS), (number, unit) => {
        const text = `${number}${unit}`;
        const bytes = ramInBytes(text);

        if (bytes >= 0n) expect(ramInBytesChecked(text)).toBe(bytes);
        else expect(() => ramInBytesChecked(text)).toThrow(`invalid size: '${text}'`);
      }),
    );
  });
});
