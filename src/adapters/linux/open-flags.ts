import { OPEN } from '../../domain/host/open-flags.js';
import { O } from './constants.js';

const ACCESS_MODE = 3;
const PAIRS = [
  [OPEN.CREATE, O.CREAT],
  [OPEN.EXCLUSIVE, O.EXCL],
  [OPEN.TRUNCATE, O.TRUNC],
  [OPEN.NO_FOLLOW, O.NOFOLLOW],
  [OPEN.DIRECTORY, O.DIRECTORY],
] as const;

/**
 * Gives this machine's `open` flags for the domain's; close-on-exec is always among them, as in Go.
 *
 * @internal
 */
export function hostOpenFlags(flags: number): number {
  let host = O.CLOEXEC | (flags & ACCESS_MODE);
  for (const [ours, theirs] of PAIRS) if ((flags & ours) !== 0) host |= theirs;
  return host;
}
