/** Laws that many modules obey, checked by fast-check. */
import fc from 'fast-check';
import { expect } from 'vitest';

/** What is written reads back as it was. */
export function assertRoundTrip<T, W>(
  values: fc.Arbitrary<T>,
  write: (value: T) => W,
  read: (written: W) => T,
): void {
  fc.assert(
    fc.property(values, (value) => {
      expect(read(write(value))).toStrictEqual(value);
    }),
  );
}

/** Doing it twice gives what doing it once gives. */
export function assertIdempotent<T>(values: fc.Arbitrary<T>, change: (value: T) => T): void {
  fc.assert(
    fc.property(values, (value) => {
      const once = change(value);
      expect(change(once)).toStrictEqual(once);
    }),
  );
}

/** A comparison orders: no value is before itself, and turning the pair turns the sign. */
export function assertOrder<T>(values: fc.Arbitrary<T>, compare: (a: T, b: T) => number): void {
  fc.assert(
    fc.property(values, values, values, (a, b, c) => {
      expect(compare(a, a)).toBe(0);
      expect(Math.sign(compare(a, b)) + Math.sign(compare(b, a))).toBe(0);
      if (compare(a, b) <= 0 && compare(b, c) <= 0) expect(compare(a, c)).toBeLessThanOrEqual(0);
    }),
  );
}
