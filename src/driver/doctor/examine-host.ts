import { isNotExist, SyscallError } from '../../domain/errors.js';
import { goJoin } from '../../domain/go/path.js';
import { fileSystemName, isRefusedBacking } from '../../domain/host/backing-fs.js';
import { FILE_TYPE } from '../../domain/host/file-type.js';
import { listsOverlay } from '../../domain/host/proc-filesystems.js';
import { isInUserNamespace } from '../../domain/host/user-namespace.js';
import type { KernelFeatures } from '../../ports/kernel-features.js';
import type { Ports } from '../context.js';
import { probeNativeDiff } from '../native-diff.js';
import { supportsDType, testDirectoryFor } from '../probes.js';
import { find, type Finding, isForbidden, yesOrNo } from './finding.js';
import { examineMountOptions } from './mount-options.js';
import { mountScratch, withScratch } from './scratch-mount.js';

/**
 * What is asked about a host.
 *
 * @public
 * @since 0.1.0
 */
export interface ExamineRequest {
  /** A home, there or to be made, whose file system is looked at; else that of the probes. */
  readonly home?: string;
  /** Whether the process is root in its namespace. */
  readonly isRoot: boolean;
}

/** The name of the finding without which nothing works. */
export const MOUNT_FINDING = 'overlay mount';

/** Accounted and enforced, as `quotactl(Q_XGETQSTAT)` tells it of project quota. */
const PROJECT_QUOTA_ON = (1 << 4) | (1 << 5);
const SELINUX = '/sys/fs/selinux/enforce';
/** Bits of a device number, packed as major and minor. */
const MINOR_BITS = 32n;

/**
 * Finds what a host can do for the driver. Mounts are tried on scratch directories that are gone
 * afterwards; nothing is written to the home.
 *
 * @returns findings in the order in which to read them.
 * @throws SyscallError where there is no place for scratch directories.
 * @internal
 */
export async function examineHost(
  ports: Ports,
  features: KernelFeatures,
  { home, isRoot }: ExamineRequest,
): Promise<readonly Finding[]> {
  return withScratch(ports, async (scratch) => {
    const place = home === undefined ? scratch : await testDirectoryFor(ports, home);
    return [
      await kernelRelease(ports),
      { name: 'root', answer: yesOrNo(isRoot), value: '', probe: 'geteuid' },
      await userNamespace(ports),
      await find(MOUNT_FINDING, `mount below ${scratch}`, () => mounts(ports, scratch), 'no'),
      // Asked after a mount, which makes the kernel load the module.
      await find('overlay', '/proc/filesystems', async () =>
        listsOverlay(await ports.kernel.fileSystems()),
      ),
      await backingFileSystem(ports, place),
      await find('d_type', `getdents of ${place}`, () => dType(ports, place, scratch), 'unknown'),
      await find('native diff', 'mount, then look for copied opaque marks and redirects', () =>
        nativeDiff(ports, scratch),
      ),
      ...(await examineMountOptions(ports, scratch)),
      await find('new mount API', 'fsopen of overlay', () => works(features.fsopen())),
      await find('lowerdir+', 'fsconfig', () => works(features.lowerdirPlus(scratch))),
      await find('openat2', 'openat2 of / with RESOLVE_IN_ROOT', () => works(features.openat2())),
      await find('project quota', `quotactl on the device of ${place}`, () =>
        projectQuota(ports, place, scratch),
      ),
      await find('SELinux', SELINUX, () => seLinux(ports)),
      pageSize(ports),
    ];
  });
}

async function kernelRelease({ kernel }: Ports): Promise<Finding> {
  return find('kernel', 'uname', async () => ({ answer: 'yes', value: await kernel.release() }));
}

function pageSize({ kernel }: Ports): Finding {
  const value = `${kernel.pageSize()} bytes`;
  return { name: 'page size', answer: 'yes', value, probe: 'getpagesize' };
}

async function userNamespace({ kernel }: Ports): Promise<Finding> {
  const ask = async (): Promise<boolean> => isInUserNamespace(await kernel.uidMap());
  return find('in a user namespace', '/proc/self/uid_map', ask, 'unknown');
}

async function backingFileSystem({ fs }: Ports, place: string): Promise<Finding> {
  return find('backing file system', `statfs of ${place}`, async () => {
    const { type } = await fs.statfs(place);
    const name = fileSystemName(type) ?? `magic 0x${type.toString(16)}`;
    return { answer: yesOrNo(!isRefusedBacking(type)), value: name };
  });
}

/** An empty directory tells nothing, and a home is not written to. */
async function dType(
  ports: Ports,
  place: string,
  scratch: string,
): Promise<boolean | Omit<Finding, 'name' | 'probe'>> {
  if (place === scratch) return supportsDType(ports, place);
  const root = await ports.fs.openRoot(place);
  try {
    if ((await root.getdents()).length === 0) return { answer: 'unknown', value: 'it is empty' };
  } finally {
    await root.close();
  }
  return supportsDType(ports, place);
}

async function mounts(ports: Ports, scratch: string): Promise<boolean> {
  await mountScratch(ports, scratch, '');
  return true;
}

async function nativeDiff(ports: Ports, scratch: string): Promise<boolean> {
  await probeNativeDiff(ports, scratch);
  return true;
}

async function works(call: Promise<void>): Promise<boolean> {
  await call;
  return true;
}

async function projectQuota(
  ports: Ports,
  place: string,
  scratch: string,
): Promise<boolean | Omit<Finding, 'name' | 'probe'>> {
  const { fs, quota } = ports;
  const node = goJoin(scratch, 'device');
  const { dev } = await fs.stat(place);
  const [major, minor] = [Number(dev >> MINOR_BITS), Number(dev & 0xffff_ffffn)];
  try {
    await fs.mknod(node, FILE_TYPE.BLOCK | 0o600, major, minor);
    const flags = await quota.quotaFlags(node);
    return (flags & PROJECT_QUOTA_ON) === PROJECT_QUOTA_ON;
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error;
    return { answer: isForbidden(error) ? 'unknown' : 'no', value: error.strerror };
  }
}

async function seLinux({ fs }: Ports): Promise<boolean> {
  try {
    await fs.stat(SELINUX);
    return true;
  } catch (error) {
    if (isNotExist(error)) return false;
    throw error;
  }
}
