import { isErrno } from '../../domain/errors.js';
import type { Ports } from '../../driver/context.js';
import type { World } from '../../oracle/model/facts.js';
import type { TargetDriver } from '../../oracle/targets/target.js';

/** The kernel that shares one whiteout among all names, and the ones after it. */
const SHARED_WHITEOUTS = [5, 8] as const;

/** Kernels that mark a directory opaque whenever its parent is merged, and the first after them. */
const MARKING = [
  [4, 10],
  [5, 14],
] as const;
/** The first kernel that keeps its own attributes out of copies. */
const OWN_KEPT = [4, 8] as const;

/** The first kernel that refuses layers that overlap. */
const OVERLAP_REFUSED = [5, 2] as const;

/** What moby calls the file systems that homes of a check lie on, by `statfs` magic. */
const BACKING_NAMES: ReadonlyMap<number, string> = new Map([
  [0xef53, 'extfs'],
  [0x5846_5342, 'xfs'],
  [0x9123_683e, 'btrfs'],
  [0x0102_1994, 'tmpfs'],
]);

/** A home on a machine that can be asked, and the driver on it. */
export interface Asked {
  readonly home: string;
  readonly ports: Pick<Ports, 'fs' | 'kernel' | 'mounter'>;
  readonly driver: Pick<TargetDriver, 'status'>;
}

/**
 * Finds out what answers depend on, from the kernel. The driver is asked only where the kernel does
 * not tell: what it says of itself cannot be judged then.
 *
 * @internal
 */
export async function worldOf(target: Asked): Promise<Omit<World, 'home'>> {
  const { fs, kernel, mounter } = target.ports;
  const status = new Map(await statusOf(target));
  const release = await kernel.release();
  const redirects = await redirectsOf(target);
  const marksRedirects = redirects === true;
  const backing = BACKING_NAMES.get((await fs.statfs(target.home)).type >>> 0);
  return {
    backingFs: backing ?? status.get('Backing Filesystem') ?? '',
    pageSize: kernel.pageSize(),
    pageLimited: mounter.pageLimited,
    indexOff: await hasParameter(target, 'index'),
    nativeDiff:
      redirects === undefined ? status.get('Native Overlay Diff') === 'true' : !marksRedirects,
    quota: false,
    labels: (await kernel.fileSystems()).includes('selinuxfs'),
    sharedWhiteouts: isAtLeast(release, SHARED_WHITEOUTS),
    marksNewDirectories:
      isAtLeast(release, MARKING[0]) && (marksRedirects || !isAtLeast(release, MARKING[1])),
    marksRedirects,
    copiesOpaque: !isAtLeast(release, OWN_KEPT),
    allowsOverlap: !isAtLeast(release, OVERLAP_REFUSED),
    umask: kernel.umask(),
  };
}

/** A driver of somebody else may not tell its status. */
async function statusOf({ driver }: Asked): Promise<readonly (readonly [string, string])[]> {
  try {
    return await driver.status();
  } catch (error) {
    if (error instanceof Error && error.name === 'SkippedOperation') return [];
    throw error;
  }
}

/** Whether directories are renamed by a mark, which native diffs lose; not told before 4.10. */
async function redirectsOf({ ports }: Asked): Promise<boolean | undefined> {
  try {
    return (await ports.kernel.overlayParameter('redirect_dir')).startsWith('Y');
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined;
    throw error;
  }
}

async function hasParameter(target: Asked, name: string): Promise<boolean> {
  try {
    await target.ports.kernel.overlayParameter(name);
    return true;
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return false;
    throw error;
  }
}

function isAtLeast(release: string, [major, minor]: readonly [number, number]): boolean {
  const [first = 0, second = 0] = release.split('.').map((part) => Number.parseInt(part, 10));
  return first > major || (first === major && second >= minor);
}
