import { GraphDriverError } from '../errors.js';
import { isInt64, parseFloat } from './strconv.js';

const SIZE = /^(\d+(?:\.\d+)*) ?([kmgtp])?i?b?$/i;

/** Each unit is 1024 of the one before; no unit is the zeroth. */
const UNITS: readonly string[] = ['', 'k', 'm', 'g', 't', 'p'];

/** What amd64 makes of a float that no int64 can hold. */
const INT64_INDEFINITE = -(2n ** 63n);

/**
 * A text that is no size; the message is `invalid size: '<text>'`.
 *
 * @source go-units size.go parseSize
 * @public
 * @since 0.1.0
 */
export class InvalidSizeError extends GraphDriverError {
  readonly text: string;

  constructor(text: string) {
    super('size', `invalid size: '${text}'`);
    this.text = text;
  }
}

/**
 * Reads a size such as `10G`, `1.5 KiB` or `4096`, with units that are powers of 1024. What is
 * left of a byte is cut off.
 *
 * QUIRK: a size that int64 cannot hold wraps to -2^63, as it does on amd64, where an error would
 * be expected; {@link ramInBytesChecked} gives that error.
 *
 * @returns bytes, a signed 64-bit value.
 * @throws {@link InvalidSizeError} when the text is no size.
 * @throws {@link GoNumError} when its number has two dots or is beyond the greatest float.
 * @source go-units size.go RAMInBytes
 * @public
 * @since 0.1.0
 */
export function ramInBytes(text: string): bigint {
  const bytes = parseSize(text);
  return isInt64(bytes) ? bytes : INT64_INDEFINITE;
}

/**
 * Reads a size as {@link ramInBytes} does, but refuses what int64 cannot hold.
 *
 * @returns bytes, less than 2^63.
 * @throws {@link InvalidSizeError} when the text is no size, or one beyond 2^63 - 1.
 * @throws {@link GoNumError} when its number has two dots or is beyond the greatest float.
 * @source docs/profiles.md Q-49
 * @public
 * @since 0.1.0
 */
export function ramInBytesChecked(text: string): bigint {
  const bytes = parseSize(text);
  if (!isInt64(bytes)) throw new InvalidSizeError(text);
  return bytes;
}

function parseSize(text: string): bigint {
  const found = SIZE.exec(text);
  if (found === null) throw new InvalidSizeError(text);
  const [, number = '', unit = ''] = found;
  const bytes = parseFloat(number) * 1024 ** UNITS.indexOf(unit.toLowerCase());
  // A float times a unit may pass the greatest float; BigInt would throw on what comes of it.
  return Number.isFinite(bytes) ? BigInt(Math.trunc(bytes)) : 2n ** 64n;
}
