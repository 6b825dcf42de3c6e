import { goToLower } from '../go/lower-case.js';
import { keepsQuirk, type Profile } from '../profiles/profile.js';
import { OptionError } from './option-error.js';
import { parseQuotaSize } from './quota-size.js';

/**
 * What one layer was asked for at its making.
 *
 * @source moby overlay2/overlay.go parseStorageOpt
 * @public
 * @since 0.1.0
 */
export interface StorageOptions {
  /** Bytes that the layer may hold; unsigned 64-bit, 0 for any. */
  readonly quotaSizeBytes: bigint;
}

/**
 * Reads the storage options of a layer; keys are compared without case, values are not trimmed.
 *
 * QUIRK: two spellings of one key are both taken and the one visited last wins, where an error
 * would be expected. Go visits a map in random order, so here the caller's order decides.
 *
 * @throws {@link OptionError} for an unknown key; in strict also for a key given twice.
 * @throws {@link InvalidSizeError} for a size that is none.
 * @throws {@link GoNumError} for a size whose number is none.
 * @source moby overlay2/overlay.go parseStorageOpt
 * @public
 * @since 0.1.0
 */
export function parseStorageOptions(
  entries: Iterable<readonly [key: string, value: string]>,
  profile: Profile,
): StorageOptions {
  let quotaSizeBytes: bigint | undefined;
  for (const [spelling, value] of entries) {
    const key = goToLower(spelling);
    if (key !== 'size') throw new OptionError(`Unknown option ${key}`);
    if (quotaSizeBytes !== undefined && !keepsQuirk(profile, 'Q-12')) {
      throw new OptionError('storage option size given more than once');
    }
    quotaSizeBytes = parseQuotaSize(value, profile);
  }
  return { quotaSizeBytes: quotaSizeBytes ?? 0n };
}
