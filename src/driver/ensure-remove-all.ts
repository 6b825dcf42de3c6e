import { GraphDriverError, isErrno, isNotExist, SyscallError } from '../domain/errors.js';
import type { DriverContext } from './context.js';
import { isMountPoint, lazyUnmount, recursiveUnmount } from './mount-table.js';
import { removeAll } from './remove-tree.js';

const RETRIES_MAX = 50;
const RETRY_DELAY_MS = 100;

/**
 * Removes a tree that may still hold mounts: unmounts below it first, then removes, and while
 * something is busy unmounts that too and tries again for about five seconds a path.
 *
 * @throws SyscallError of the path that would not go, or with the text
 *   `error while removing <dir>: umount <path>, flags: 0x2: …`.
 * @source moby pkg/system/rm.go EnsureRemoveAll
 * @internal
 */
export async function ensureRemoveAll(
  context: Pick<DriverContext, 'ports' | 'profile'>,
  dir: string,
): Promise<void> {
  await unmountBelow(context, dir);

  const vanished = new Set<string>();
  const busy = new Map<string, number>();
  for (;;) {
    const failure = await tryRemove(context, dir);
    if (failure === undefined) return;
    const path = failure.path ?? dir;

    if (isNotExist(failure)) {
      if (vanished.has(path)) throw failure;
      if (path === dir) return;
      vanished.add(path);
      continue;
    }
    if (failure.errnoName !== 'EBUSY') throw failure;

    await unmountBusy(context, dir, path);
    const tries = busy.get(path) ?? 0;
    if (tries === RETRIES_MAX) throw failure;
    busy.set(path, tries + 1);
    await context.ports.clock.sleep(RETRY_DELAY_MS);
  }
}

/**
 * Unmounts whatever is mounted at or below a directory; what stays mounted shows itself later.
 *
 * @internal
 */
export async function unmountBelow(
  context: Pick<DriverContext, 'ports' | 'profile'>,
  dir: string,
): Promise<void> {
  try {
    await recursiveUnmount(context, dir);
  } catch (error) {
    // moby ignores this failure: whatever still is mounted shows itself as EBUSY.
    if (!(error instanceof GraphDriverError)) throw error;
  }
}

async function tryRemove(
  context: Pick<DriverContext, 'ports'>,
  dir: string,
): Promise<SyscallError | undefined> {
  try {
    await removeAll(context.ports.fs, dir);
    return undefined;
  } catch (error) {
    if (error instanceof SyscallError) return error;
    throw error;
  }
}

async function unmountBusy(
  context: Pick<DriverContext, 'ports' | 'profile'>,
  dir: string,
  path: string,
): Promise<void> {
  if (!(await isMountPoint(context, path))) return;
  try {
    await lazyUnmount(context, path);
  } catch (error) {
    if (!(error instanceof SyscallError) || isErrno(error, 'EINVAL')) throw error;
    if (!(await isMountPoint(context, path))) return;
    throw new SyscallError(
      { errno: error.errno, syscall: 'umount', path },
      `error while removing ${dir}: ${error.message}`,
    );
  }
}
