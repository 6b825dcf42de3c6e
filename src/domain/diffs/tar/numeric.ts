import { type Field, fieldOf } from './block.js';

/**
 * Numbers in a header block: octal digits, or GNU's base-256, whose first bit is set.
 *
 * @source Go 1.13 archive/tar strconv.go
 */
const NUL = 0x00;
const SPACE = 0x20;
const DIGIT_0 = 0x30;
const INT64_LIMIT = 1n << 63n;
/** The first value that does not fit a field of a length; no field of a block is longer. */
const OCTAL_LIMITS: readonly bigint[] = Array.from({ length: 13 }, (_, length) =>
  length === 0 ? 0n : 1n << BigInt((length - 1) * 3),
);

/**
 * Reads an octal field: spaces and NULs around the digits are padding, an empty field is 0.
 *
 * @returns the value, or undefined when the field holds anything else.
 * @source Go 1.13 archive/tar parser.parseOctal
 * @internal
 */
export function parseOctal(block: Uint8Array, [offset, length]: Field): number | undefined {
  let at = offset;
  let end = offset + length;
  while (at < end && isPadding(block[at])) at++;
  while (end > at && isPadding(block[end - 1])) end--;
  let value = 0;
  for (; at < end; at++) {
    const byte = block[at] as number;
    // What stands behind a NUL is not looked at; at least one digit stands before it.
    if (byte === NUL) break;
    const digit = byte - DIGIT_0;
    if (digit < 0 || digit > 7) return undefined;
    value = value * 8 + digit;
  }
  return value;
}

/**
 * Reads a numeric field, octal or base-256.
 *
 * @returns the signed 64-bit value, or undefined when the field is malformed or overflows.
 * @source Go 1.13 archive/tar parser.parseNumeric
 * @internal
 */
export function parseNumeric(block: Uint8Array, field: Field): bigint | undefined {
  const first = block[field[0]] as number;
  if (first >= 0x80) return parseBase256(fieldOf(block, field));
  const octal = parseOctal(block, field);
  if (octal === 0) return 0n;
  return octal === undefined ? undefined : BigInt(octal);
}

/**
 * Tells whether a value fits the octal digits of a field that keeps its last byte for a NUL.
 *
 * @param fieldBytes - the field's length, at most 12.
 * @source Go 1.13 archive/tar fitsInOctal
 * @internal
 */
export function fitsInOctal(fieldBytes: number, value: bigint): boolean {
  return value >= 0n && value < (OCTAL_LIMITS[fieldBytes] ?? 0n);
}

/**
 * Writes a value as octal digits with leading zeros and a NUL. What does not fit is written as 0:
 * its true value stands in a PAX record.
 *
 * @source Go 1.13 archive/tar formatter.formatOctal
 * @internal
 */
export function writeOctal(block: Uint8Array, [offset, length]: Field, value: bigint): void {
  const digits = fitsInOctal(length, value) ? Number(value).toString(8) : '';
  const last = offset + length - 1;
  block.fill(DIGIT_0, offset, last);
  block[last] = NUL;
  const first = last - digits.length;
  for (let i = 0; i < digits.length; i++) block[first + i] = digits.charCodeAt(i);
}

function parseBase256(bytes: Uint8Array): bigint | undefined {
  // The second bit is the sign; a negative number is read through its complement.
  const negative = ((bytes[0] as number) & 0x40) !== 0;
  let value = 0n;
  bytes.forEach((byte, i) => {
    const bits = negative ? byte ^ 0xff : byte;
    value = (value << 8n) | BigInt(i === 0 ? bits & 0x7f : bits);
  });
  if (value >= INT64_LIMIT) return undefined;
  return negative ? -value - 1n : value;
}

function isPadding(byte: number | undefined): boolean {
  return byte === SPACE || byte === NUL;
}
