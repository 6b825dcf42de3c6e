import { GraphDriverError, isErrno, messageOf, SyscallError } from '../domain/errors.js';
import { errnoText } from '../domain/go/errno.js';
import {
  isMountPointUnder,
  mountPointsUnder,
  parseMountInfo,
} from '../domain/mounts/mount-info.js';
import { MNT_DETACH } from '../domain/mounts/umount-flags.js';
import { keepsQuirk } from '../domain/profiles/profile.js';
import type { DriverContext } from './context.js';

type Surroundings = Pick<DriverContext, 'ports' | 'profile'>;

/**
 * Lazily unmounts everything mounted at or below a path, deepest first. What cannot be unmounted
 * is logged; in the seed it is an error only for the last one, and only when it is still mounted. A
 * durable profile tells of the first that is still mounted, after all were tried.
 *
 * QUIRK Q-22: "below" is a string prefix in moby, so `a` takes `ab/merged` along.
 *
 * @throws GraphDriverError when the mount table cannot be parsed.
 * @throws SyscallError `umount <mount point>, flags: 0x2: …`.
 * @source moby pkg/mount/mount.go RecursiveUnmount
 * @internal
 */
export async function recursiveUnmount(around: Surroundings, target: string): Promise<void> {
  const rules = { wholeComponents: !keepsQuirk(around.profile, 'Q-22') };
  const table = parseMountInfo(await around.ports.kernel.mountInfo(), (mountPoint) =>
    isMountPointUnder(mountPoint, target, rules),
  );
  const mountPoints = mountPointsUnder(table, target, rules);

  let first: GraphDriverError | undefined;
  for (const [i, mountPoint] of mountPoints.entries()) {
    try {
      await lazyUnmount(around, mountPoint);
    } catch (error) {
      if (!(error instanceof GraphDriverError)) throw error;
      const isLast = i === mountPoints.length - 1;
      const isTold = isLast || around.profile.durable;
      if (isTold && (await isMountedOrUnknown(around, mountPoint))) {
        if (!around.profile.durable) throw error;
        first ??= error;
      }
      const text = messageOf(error);
      around.ports.logger.log('warning', `Failed to unmount submount ${mountPoint}: ${text}`);
    }
  }
  if (first !== undefined) throw first;
}

/**
 * Unmounts with MNT_DETACH; a path where nothing is mounted is success.
 *
 * @throws SyscallError `umount <target>, flags: 0x2: …`.
 * @source moby pkg/mount/mounter_linux.go unmount
 * @internal
 */
export async function lazyUnmount(around: Surroundings, target: string): Promise<void> {
  try {
    await around.ports.mounter.umount(target, MNT_DETACH);
  } catch (error) {
    if (isErrno(error, 'EINVAL')) return;
    if (!(error instanceof SyscallError)) throw error;
    const { errno } = error;
    throw new SyscallError(
      { errno, syscall: 'umount', path: target },
      `umount ${target}, flags: 0x2: ${errnoText(errno)}`,
    );
  }
}

/**
 * Tells whether a path is a mount point in the mount table; an unreadable table counts as no.
 *
 * @source moby pkg/mount/mount.go Mounted
 * @internal
 */
export async function isMountPoint(around: Surroundings, path: string): Promise<boolean> {
  try {
    return await isMountedOrUnknown(around, path);
  } catch {
    // Every caller takes "cannot tell" for "not mounted", as moby's callers do.
    return false;
  }
}

async function isMountedOrUnknown(around: Surroundings, path: string): Promise<boolean> {
  const table = parseMountInfo(await around.ports.kernel.mountInfo(), (mountPoint) =>
    mountPoint === path ? 'last' : false,
  );
  return table.length > 0;
}
