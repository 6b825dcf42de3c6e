import { ramInBytes, ramInBytesChecked } from '../go/ram-bytes.js';
import { keepsQuirk, type Profile } from '../profiles/profile.js';

/**
 * Reads the value of a `size` option.
 *
 * @returns bytes, an unsigned 64-bit value.
 * @throws {@link InvalidSizeError} when the text is no size; in strict also beyond 2^63 - 1.
 * @throws {@link GoNumError} when its number has two dots or is beyond the greatest float.
 * @source moby overlay2/overlay.go parseOptions, parseStorageOpt
 * @internal
 */
export function parseQuotaSize(text: string, profile: Profile): bigint {
  // QUIRK: moby turns the signed size into an unsigned one unchecked, so that a wrapped size
  // becomes 2^63 bytes where an error would be expected.
  if (keepsQuirk(profile, 'Q-49')) return BigInt.asUintN(64, ramInBytes(text));
  return ramInBytesChecked(text);
}
