const DECIMAL = /^[+-]?[0-9]+$/;
const INT64_MIN = -(1n << 63n);
const INT64_MAX = (1n << 63n) - 1n;
/** Digits of the largest int64; longer numerals are only converted when their lead is zeros. */
const DIGITS_MAX = 19;

/**
 * Reads a decimal numeral as Go's `strconv.ParseInt(text, 10, 64)`.
 *
 * @returns the signed 64-bit value, or undefined where Go gives an error.
 * @source Go 1.13 strconv.ParseInt
 * @internal
 */
export function parseInt64(text: string): bigint | undefined {
  if (!DECIMAL.test(text)) return undefined;
  const negative = text.startsWith('-');
  const digits = text.replace(/^[+-]?0*/, '');
  if (digits.length > DIGITS_MAX) return undefined;
  const value = negative ? -BigInt(digits) : BigInt(digits);
  return value < INT64_MIN || value > INT64_MAX ? undefined : value;
}
