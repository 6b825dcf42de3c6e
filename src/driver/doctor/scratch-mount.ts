import { SyscallError } from '../../domain/errors.js';
import { goJoin } from '../../domain/go/path.js';
import { isRefusedBacking } from '../../domain/host/backing-fs.js';
import { type MountInfo, parseMountInfo } from '../../domain/mounts/mount-info.js';
import type { Ports } from '../context.js';
import { removeAll } from '../remove-tree.js';
import { makeTempDirectory } from '../temp-names.js';

const PREFIX = 'overlay2-ref-doctor';
const OTHER_PLACES = ['/var/tmp', '/dev/shm'] as const;

/**
 * Makes a directory for probes where an overlay can lie, runs with it, and removes it. The
 * temporary directory of many containers lies on an overlay, so that there are other places.
 *
 * @throws SyscallError of `mkdir` where none of the places is writable.
 * @internal
 */
export async function withScratch<T>(
  ports: Ports,
  run: (directory: string) => Promise<T>,
): Promise<T> {
  const directory = await makeTempDirectory(ports, await placeFor(ports), PREFIX);
  try {
    return await run(directory);
  } finally {
    await removeAll(ports.fs, directory);
  }
}

/**
 * Mounts an overlay of scratch directories with further options, and gives its entry in the mount
 * table while it was there.
 *
 * @param options - as in mount data; `''` for none.
 * @throws SyscallError of `mount`.
 * @internal
 */
export async function mountScratch(
  ports: Ports,
  directory: string,
  options: string,
): Promise<MountInfo | undefined> {
  const { fs, mounter, kernel } = ports;
  const base = await makeTempDirectory(ports, directory, 'mount');
  const at = (name: string): string => goJoin(base, name);
  for (const name of ['lower', 'upper', 'work', 'merged']) await fs.mkdir(at(name), 0o755);
  const places = `lowerdir=${at('lower')},upperdir=${at('upper')},workdir=${at('work')}`;
  const data = options === '' ? places : `${options},${places}`;
  await mounter.mount({ target: at('merged'), flags: 0, data });
  try {
    const isOurs = (mountPoint: string): boolean => mountPoint === at('merged');
    return parseMountInfo(await kernel.mountInfo(), isOurs)[0];
  } finally {
    await mounter.umount(at('merged'), 0);
  }
}

async function placeFor({ fs, kernel }: Ports): Promise<string> {
  const first = kernel.tempDirectory();
  for (const place of [first, ...OTHER_PLACES]) {
    try {
      if (!isRefusedBacking((await fs.statfs(place)).type)) return place;
    } catch (error) {
      if (!(error instanceof SyscallError)) throw error;
    }
  }
  return first;
}
