import { isErrno, isNotExist, SyscallError } from '../domain/errors.js';
import { isAbs } from '../domain/go/path.js';
import { type IdMapping, rootIdentity } from '../domain/identities/id-map.js';
import type { Clock } from '../ports/clock.js';
import { mkdirAndChown } from './mkdir-chown.js';
import type { Ports } from './ports.js';

/** Between two attempts to lock what another process holds. */
const LOCK_RETRY_MS = 50;

/**
 * How a home is locked.
 *
 * @internal
 */
export interface LockRequest {
  readonly home: string;
  /** Absent where it is not locked at all. */
  readonly lockWaitMs?: number;
  readonly mustExist?: boolean;
}

/**
 * Locks a directory against other processes until disposal; waits that many milliseconds for it.
 *
 * @throws SyscallError of `open`, or of `flock` with EAGAIN after the wait.
 * @public
 * @since 0.1.0
 */
export type LockDirectory = (
  path: string,
  mode: 'shared' | 'exclusive',
  waitMs: number,
) => Promise<void>;

/**
 * Asks for a lock until it is given or the wait is over; waits on the clock that is handed in, so
 * that whoever decorates it can end the wait.
 *
 * @throws what the last attempt threw.
 * @internal
 */
export async function retryWhileHeld<T>(
  clock: Clock,
  waitMs: number,
  lock: () => Promise<T>,
): Promise<T> {
  const deadline = clock.monotonicMs() + waitMs;
  for (;;) {
    try {
      return await lock();
    } catch (error) {
      const leftMs = deadline - clock.monotonicMs();
      if (!isErrno(error, 'EAGAIN') || leftMs <= 0) throw error;
      await clock.sleep(Math.min(LOCK_RETRY_MS, leftMs));
    }
  }
}

/**
 * Locks a home before Init touches it, since Init repairs what it takes for leftovers.
 *
 * @returns what to do when Init fails: it removes a home that was made here.
 * @throws SyscallError of `open` or `flock`, or of making the home.
 * @internal
 */
export async function lockHome(
  { fs }: Ports,
  lock: LockDirectory,
  { home, lockWaitMs, mustExist = false }: LockRequest,
  mapping: IdMapping,
): Promise<() => Promise<void>> {
  // Init refuses a relative home, which nothing may be made for.
  if (lockWaitMs === undefined || !isAbs(home)) return async () => undefined;
  try {
    await lock(home, 'exclusive', lockWaitMs);
    return async () => undefined;
  } catch (error) {
    if (!isNotExist(error) || mustExist) throw error;
  }
  await mkdirAndChown(fs, home, {
    mode: 0o700,
    owner: rootIdentity(mapping),
    exact: false,
  });
  await lock(home, 'exclusive', lockWaitMs);
  return async () => {
    try {
      await fs.rmdir(home);
    } catch (error) {
      // It holds something by now; the failure of Init is the one to tell.
      if (!(error instanceof SyscallError)) throw error;
    }
  };
}
