import { isErrno, messageOf } from '../errors.js';

/** How often a failed read of random bytes is tried again. */
const RETRIES_MAX = 9;
const BACKOFF_MS = 10;

/**
 * What follows a failed read of random bytes: another read after a pause, or a panic.
 *
 * @public
 * @since 0.1.0
 */
export type RandomRetry =
  | { readonly kind: 'retry'; readonly delayMs: number; readonly log: string }
  | { readonly kind: 'panic'; readonly message: string };

/**
 * Decides what follows a failed read of random bytes while a link id is made.
 *
 * QUIRK: only EPERM is tried again; one would have expected EAGAIN.
 *
 * @param error - what the read failed with.
 * @param retries - how many reads were tried again before, 0 to 9.
 * @returns the pause in milliseconds and the line to log, or the text of the panic.
 * @source moby overlay2/randomid.go generateID, retryOnError
 * @public
 * @since 0.1.0
 */
export function decideRandomRetry(error: unknown, retries: number): RandomRetry {
  const text = messageOf(error);
  if (isErrno(error, 'EPERM') && retries < RETRIES_MAX) {
    return {
      kind: 'retry',
      delayMs: (retries + 1) * BACKOFF_MS,
      log: `error generating version 4 uuid, retrying: ${text}`,
    };
  }
  const waitedMs = (BACKOFF_MS * retries * (retries + 1)) / 2;
  const waited = waitedMs === 0 ? '0s' : `${waitedMs}ms`;
  return {
    kind: 'panic',
    message: `error reading random number generator, retried for ${waited}: ${text}`,
  };
}
