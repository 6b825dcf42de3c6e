import { isErrno, isNotExist, SyscallError } from '../domain/errors.js';
import { layerPaths } from '../domain/layers/layout.js';
import { parseLayerId } from '../domain/layers/layer-id.js';
import { MNT_DETACH } from '../domain/mounts/umount-flags.js';
import { keepsQuirk } from '../domain/profiles/profile.js';
import type { DriverContext } from './context.js';
import { readLowerFile } from './lower-dirs.js';
import { isOverlay } from './ref-counter.js';

/**
 * Takes one user of a layer away and unmounts it when that was the last one. Removing the mount
 * point makes the kernel drop the mount in every other mount namespace too.
 *
 * @throws SyscallError of `open` for an unreadable `lower`; in strict also of `umount` and `rmdir`.
 * @source moby overlay2/overlay.go Put
 * @internal
 */
export async function putLayer(context: DriverContext, id: string): Promise<void> {
  return context.locker.with([id], () => putLocked(context, id));
}

/** Put for a caller that holds the id's lock. */
export async function putLocked(context: DriverContext, id: string): Promise<void> {
  if (!keepsQuirk(context.profile, 'Q-10')) parseLayerId(id);
  const { merged } = layerPaths(context.home, id);
  const lower = await readLowerFile(context, id);
  if (lower === undefined && !(await isMountedBase(context, merged))) {
    // Somebody else has unmounted it: what it was mounted on is left.
    if (!keepsQuirk(context.profile, 'Q-15')) await removeMountPoint(context, merged);
    return;
  }
  if ((await context.counter.decrement(merged)) > 0) return;

  if (keepsQuirk(context.profile, 'Q-19')) await unmountQuietly(context, id, merged);
  else await unmountOrFail(context, merged);
}

/** Only strict mounts base layers. */
async function isMountedBase(context: DriverContext, merged: string): Promise<boolean> {
  return !keepsQuirk(context.profile, 'Q-15') && (await isOverlay(context.ports.fs, merged));
}

/**
 * QUIRK Q-19: both failures are only logged, so that the caller takes a layer for unmounted that
 * may still be mounted.
 */
async function unmountQuietly(context: DriverContext, id: string, merged: string): Promise<void> {
  const { fs, mounter, logger } = context.ports;
  try {
    await mounter.umount(merged, MNT_DETACH);
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error;
    logger.log('debug', `Failed to unmount ${id} overlay: ${merged} - ${error.strerror}`);
  }
  try {
    await fs.rmdir(merged);
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error;
    if (isNotExist(error)) return;
    logger.log('debug', `Failed to remove ${id} overlay: ${error.strerror}`);
  }
}

async function unmountOrFail(context: DriverContext, merged: string): Promise<void> {
  const { mounter } = context.ports;
  try {
    await mounter.umount(merged, MNT_DETACH);
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error;
    // Nothing mounted there: the layer is as free as its caller wants it.
    // Else the mount stays, and the next use finds it and counts it as its one user.
    if (!isErrno(error, 'EINVAL', 'ENOENT')) {
      throw new SyscallError(
        { errno: error.errno, syscall: 'umount', path: merged },
        `error unmounting ${merged}: ${error.strerror}`,
      );
    }
  }
  await removeMountPoint(context, merged);
}

async function removeMountPoint(context: DriverContext, merged: string): Promise<void> {
  try {
    await context.ports.fs.rmdir(merged);
  } catch (error) {
    if (!isNotExist(error)) throw error;
  }
}
