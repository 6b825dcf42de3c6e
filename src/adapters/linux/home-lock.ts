import { ERRNO } from '../../domain/go/errno.js';
import type { Clock } from '../../ports/clock.js';
import { check, failure } from './check.js';
import { AT, O } from './constants.js';
import { fstat } from './file-handle.js';
import type { Host } from './host.js';
import { StatBuffer } from './stat-buffer.js';

/**
 * Readers share a home, a writer has it alone.
 *
 * @internal
 */
export type LockMode = 'shared' | 'exclusive';

/**
 * How long to wait for a lock that another process holds.
 *
 * @internal
 */
export interface LockOptions {
  /** Milliseconds; 0, the default, asks once; Infinity waits for ever. */
  readonly waitMs?: number;
  /** Milliseconds between two attempts; 50 unless told. */
  readonly retryMs?: number;
}

/**
 * A held lock. It ends with `release`, which may be called again, or with the process.
 *
 * @internal
 */
export interface HomeLock {
  release(): Promise<void>;
}

const LOCK_SH = 1;
const LOCK_EX = 2;
const LOCK_NB = 4;
const RETRY_MS = 50;

/**
 * Locks a home directory with `flock` on the directory's own descriptor, so that no file has to be
 * added to it. The event loop is never blocked.
 *
 * @throws {@link SyscallError} of `open`, with ENOENT also for a home that was removed or replaced
 *   during the wait; or of `flock` with EAGAIN when another process still
 *   holds the lock after the wait.
 * @internal
 */
export async function lockHome(
  host: Host,
  clock: Clock,
  { home, mode }: { readonly home: string; readonly mode: LockMode },
  { waitMs = 0, retryMs = RETRY_MS }: LockOptions = {},
): Promise<HomeLock> {
  const { libc, scratch } = host;
  const { first } = scratch;
  const flags = O.DIRECTORY | O.CLOEXEC;
  const fd = first.setText(home) || libc.openat(AT.FDCWD, first.bytes, flags, 0);
  check(fd, 'open', home);
  const operation = (mode === 'shared' ? LOCK_SH : LOCK_EX) | LOCK_NB;
  const deadline = clock.monotonicMs() + waitMs;
  for (;;) {
    const result = libc.flock(fd, operation);
    if (result === 0 && isStillAt(host, fd, home)) return heldLock(host, fd);
    if (result === 0) {
      libc.close(fd);
      throw failure(ERRNO.ENOENT, 'open', home);
    }
    if (result !== -ERRNO.EAGAIN || clock.monotonicMs() >= deadline) {
      libc.close(fd);
      throw failure(-result, 'flock', home);
    }
    await clock.sleep(Math.min(retryMs, Math.max(deadline - clock.monotonicMs(), 0)));
  }
}

/** Whoever had the lock before may have removed the directory. */
function isStillAt(host: Host, fd: number, home: string): boolean {
  const { libc, scratch } = host;
  const { first, stat } = scratch;
  const held = fstat(host, fd, home);
  const result =
    first.setText(home) || libc.statx(AT.FDCWD, first.bytes, 0, StatBuffer.mask, stat.bytes);
  if (result < 0) return false;
  const found = stat.decode();
  return found.dev === held.dev && found.ino === held.ino;
}

/** Closing the only descriptor of an open directory gives up its lock. */
function heldLock({ libc }: Host, fd: number): HomeLock {
  let held = true;
  return {
    async release() {
      if (held) libc.close(fd);
      held = false;
    },
  };
}
