import { unescapeMountText } from '../../composition.js';
import type { Ports } from '../../driver/context.js';

const MNT_DETACH = 2;
const MOUNT_POINT_FIELD = 4;

/**
 * Takes away every mount below a directory, the deepest first.
 *
 * @throws SyscallError
 * @internal
 */
export async function detachBelow(
  { kernel, mounter }: Pick<Ports, 'kernel' | 'mounter'>,
  directory: string,
): Promise<void> {
  const table = new TextDecoder().decode(await kernel.mountInfo());
  const points = table
    .split('\n')
    .map((line) => unescapeMountText(line.split(' ')[MOUNT_POINT_FIELD] ?? ''))
    .filter((point) => point.startsWith(`${directory}/`));
  // A mount may lie on another at the same place; later lines are above.
  for (const point of points.reverse()) await mounter.umount(point, MNT_DETACH);
}
