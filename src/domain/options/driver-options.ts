import { goToLower } from '../go/lower-case.js';
import { parseBool } from '../go/strconv.js';
import type { Profile } from '../profiles/profile.js';
import { parseKeyValueOpt } from './key-value.js';
import { OptionError } from './option-error.js';
import { parseQuotaSize } from './quota-size.js';

/**
 * What the driver was asked for at its start.
 *
 * @source moby overlay2/overlay.go type overlayOptions
 * @public
 * @since 0.1.0
 */
export interface DriverOptions {
  /** Start on kernels that the driver would refuse. */
  readonly overrideKernelCheck: boolean;
  /** Bytes that a writable layer may hold unless it says otherwise; unsigned 64-bit, 0 for any. */
  readonly quotaSizeBytes: bigint;
}

/**
 * Reads the driver's `key=value` options; keys are compared without case, a later one wins.
 *
 * @throws {@link OptionError} for an option without `=` and for an unknown key.
 * @throws {@link GoNumError} for a boolean or a number that is none.
 * @throws {@link InvalidSizeError} for a size that is none.
 * @source moby overlay2/overlay.go parseOptions
 * @public
 * @since 0.1.0
 */
export function parseDriverOptions(options: readonly string[], profile: Profile): DriverOptions {
  let overrideKernelCheck = false;
  let quotaSizeBytes = 0n;
  for (const option of options) {
    const [spelling, value] = parseKeyValueOpt(option);
    const key = goToLower(spelling);
    if (key === 'overlay2.override_kernel_check') overrideKernelCheck = parseBool(value);
    else if (key === 'overlay2.size') quotaSizeBytes = parseQuotaSize(value, profile);
    else throw new OptionError(`overlay2: unknown option ${key}`);
  }
  return { overrideKernelCheck, quotaSizeBytes };
}
