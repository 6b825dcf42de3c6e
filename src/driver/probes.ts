import {
  GraphDriverError,
  isErrno,
  isNotExist,
  messageOf,
  SyscallError,
} from '../domain/errors.js';
import { goDir, goJoin } from '../domain/go/path.js';
import { listsOverlay } from '../domain/host/proc-filesystems.js';
import { D_TYPE_PROBE_PREFIX } from '../domain/layers/layout.js';
import type { Directory } from '../ports/file-system.js';
import type { Ports } from './context.js';
import { removeAll } from './remove-tree.js';
import { makeTempDirectory, makeTempFile } from './temp-names.js';

const DT_UNKNOWN = 0;

/**
 * Tells whether the running kernel has overlayfs, after giving it a reason to load the module.
 *
 * @source moby overlay2/overlay.go supportsOverlay
 * @internal
 */
export async function supportsOverlay(ports: Ports): Promise<boolean> {
  const { kernel, logger, mounter, fs } = ports;
  let target: string;
  try {
    target = await makeTempDirectory(ports, kernel.tempDirectory(), 'supportsOverlay2');
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error;
    const text = 'could not create temporary directory, so assuming that';
    logger.log('error', `${text} 'overlay' is not supported: ${error.message}`);
    return false;
  }
  try {
    await ignoreSyscallError(() => mounter.mount({ target, flags: 0, data: '' }));
    if (listsOverlay(await kernel.fileSystems())) return true;
  } catch (error) {
    // An unreadable /proc/filesystems counts as one that does not list it, without a word.
    if (error instanceof SyscallError) return false;
    throw error;
  } finally {
    await ignoreSyscallError(() => removeAll(fs, target));
  }
  logger.log(
    'error',
    "'overlay' not found as a supported filesystem on this host. " +
      'Please ensure kernel is new enough and has overlay support loaded.',
  );
  return false;
}

/**
 * Tells whether the kernel mounts two lower directories; asked of kernels before 4.0 alone, since
 * 20.10 of all.
 *
 * @param prefix - of the temporary directory's name.
 * @throws GraphDriverError `failed to mount overlay: …`.
 * @source moby overlay2/check.go supportsMultipleLowerDir
 * @internal
 */
export async function probeMultipleLowers(
  ports: Ports,
  testDirectory: string,
  prefix: string,
): Promise<void> {
  const { fs, mounter, logger } = ports;
  const dir = await makeTempDirectory(ports, testDirectory, prefix);
  const at = (name: string): string => goJoin(dir, name);
  try {
    for (const name of ['lower1', 'lower2', 'upper', 'work', 'merged']) {
      await fs.mkdir(at(name), 0o755);
    }
    const [lowers, upper, work] = [[at('lower2'), at('lower1')], at('upper'), at('work')];
    const data = `lowerdir=${lowers.join(':')},upperdir=${upper},workdir=${work}`;
    const layers = { lowers, upper, work, label: '', indexOff: false };
    try {
      await mounter.mount({ target: at('merged'), flags: 0, data, layers });
    } catch (error) {
      if (!(error instanceof SyscallError)) throw error;
      throw new GraphDriverError('probe', `failed to mount overlay: ${error.strerror}`);
    }
    await warn(logger, `Failed to unmount check directory ${at('merged')}`, () =>
      mounter.umount(at('merged'), 0),
    );
  } finally {
    await warn(logger, `Failed to remove check directory ${dir}`, () => removeAll(fs, dir));
  }
}

/**
 * Tells whether directory entries carry their type on the file system of a directory.
 *
 * @throws SyscallError of `open`, `readdirent` for what is no directory.
 * @source moby pkg/fsutils/fsutils_linux.go SupportsDType
 * @internal
 */
export async function supportsDType(ports: Ports, path: string): Promise<boolean> {
  const root = await openListable(ports, path);
  try {
    const entries = await root.getdents();
    if (entries.length > 0) return entries.every((entry) => entry.type !== DT_UNKNOWN);
    return await probeDTypeWithDummy(ports, root, path);
  } finally {
    await root.close();
  }
}

/** Go opens whatever there is and fails when it reads the entries, where it names no path. */
async function openListable({ fs }: Ports, path: string): Promise<Directory> {
  try {
    return await fs.openRoot(path);
  } catch (error) {
    if (!(error instanceof SyscallError) || !isErrno(error, 'ENOTDIR')) throw error;
    const call = { errno: error.errno, syscall: 'readdirent' };
    throw new SyscallError(call, `readdirent: ${error.strerror}`);
  }
}

async function probeDTypeWithDummy(ports: Ports, root: Directory, path: string): Promise<boolean> {
  const dummy = await makeTempFile(ports, path, D_TYPE_PROBE_PREFIX);
  try {
    return (await root.getdents()).every((entry) => entry.type !== DT_UNKNOWN);
  } finally {
    await ignoreSyscallError(() => ports.fs.unlink(dummy));
  }
}

/**
 * Gives the directory whose file system the home will lie on: the home, or while that does not
 * exist its parent.
 *
 * @source moby overlay2/overlay.go Init
 * @internal
 */
export async function testDirectoryFor({ fs }: Ports, home: string): Promise<string> {
  try {
    await fs.stat(home);
    return home;
  } catch (error) {
    if (isNotExist(error)) return goDir(home);
    if (error instanceof SyscallError) return home;
    throw error;
  }
}

/**
 * Tells whether a home holds anything; what cannot be read counts as yes.
 *
 * @source moby daemon/graphdriver/driver.go IsInitialized
 * @internal
 */
export async function isInitialized({ fs, logger }: Ports, home: string): Promise<boolean> {
  try {
    await fs.stat(home);
  } catch (error) {
    if (isNotExist(error)) return false;
    if (!(error instanceof SyscallError)) throw error;
    logger.log('warning', `graphdriver.IsInitialized: stat failed: ${error.message}`);
  }
  try {
    const root = await fs.openRoot(home);
    try {
      return (await root.getdents()).length > 0;
    } finally {
      await root.close();
    }
  } catch (error) {
    if (error instanceof SyscallError) return true;
    throw error;
  }
}

async function ignoreSyscallError(run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    // The seed does not look at the result of these calls.
    if (!(error instanceof SyscallError)) throw error;
  }
}

async function warn(
  logger: Ports['logger'],
  words: string,
  run: () => Promise<void>,
): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error;
    logger.log('warning', `${words}: ${messageOf(error)}`);
  }
}
