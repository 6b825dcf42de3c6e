import { isErrno } from '../../domain/errors.js';
import type { World } from '../../oracle/model/facts.js';
import type { ComposedTarget } from './composed-target.js';

/** The kernel that shares one whiteout among all names, and the ones after it. */
const SHARED_WHITEOUTS = [5, 8] as const;

/**
 * Finds out what answers depend on: the kernel's facts from the kernel, and what the driver says of
 * the file system below it, which no model can know.
 *
 * @internal
 */
export async function worldOf(target: ComposedTarget): Promise<Omit<World, 'home'>> {
  const { kernel, mounter } = target.ports;
  const status = new Map(await target.driver.status());
  return {
    backingFs: status.get('Backing Filesystem') ?? '',
    pageSize: kernel.pageSize(),
    pageLimited: mounter.pageLimited,
    indexOff: await hasParameter(target, 'index'),
    nativeDiff: status.get('Native Overlay Diff') === 'true',
    quota: false,
    labels: (await kernel.fileSystems()).includes('selinuxfs'),
    sharedWhiteouts: isAtLeast(await kernel.release(), SHARED_WHITEOUTS),
    umask: kernel.umask(),
  };
}

async function hasParameter(target: ComposedTarget, name: string): Promise<boolean> {
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
