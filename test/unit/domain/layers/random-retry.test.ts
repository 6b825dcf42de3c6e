/**
 * Establishes when a failed read of random bytes is tried again, for how long, and what is said.
 */
import { describe, expect, it } from 'vitest';
import { SyscallError } from '../../../../src/domain/errors.js';
import { ERRNO } from '../../../../src/domain/go/errno.js';
import { decideRandomRetry } from '../../../../src/domain/layers/random-retry.js';

const EPERM = new SyscallError({ errno: ERRNO.EPERM, syscall: 'getrandom' });
const EAGAIN = new SyscallError({ errno: ERRNO.EAGAIN, syscall: 'getrandom' });

describe('decideRandomRetry', () => {
  it('waits 10 ms longer each time', () => {
    const delays = Array.from({ length: 9 }, (_, retries) => decideRandomRetry(EPERM, retries));

    expect(delays).toStrictEqual(
      [10, 20, 30, 40, 50, 60, 70, 80, 90].map((delayMs) => ({
        kind: 'retry',
        delayMs,
        log: 'error generating version 4 uuid, retrying: operation not permitted',
      })),
    );
  });

  it('panics at the tenth failure', () => {
    expect(decideRandomRetry(EPERM, 9)).toStrictEqual({
      kind: 'panic',
      message: 'error reading random number generator, retried for 450ms: operation not permitted',
    });
  });

  it('panics at once where the source is merely not ready', () => {
    expect(decideRandomRetry(EAGAIN, 0)).toStrictEqual({
      kind: 'panic',
      message:
        'error reading random number generator, retried for 0s: resource temporarily unavailable',
    });
  });

  it('panics at the end of the source after two retries', () => {
    expect(decideRandomRetry(new Error('unexpected EOF'), 2)).toStrictEqual({
      kind: 'panic',
      message: 'error reading random number generator, retried for 30ms: unexpected EOF',
    });
  });
});
