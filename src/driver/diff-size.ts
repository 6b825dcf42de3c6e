import { layerPaths } from '../domain/layers/layout.js';
import { directorySize } from './archive/directory-size.js';
import type { DriverContext } from './context.js';
import { isParentOf } from './is-parent.js';
import { refuseUnreadable, withLayers } from './layer-access.js';
import { naiveDiffSize } from './naive-diff.js';
import { usesNaiveDiff } from './native-diff.js';

/**
 * Gives the size of what a layer changes on its parent.
 *
 * @returns bytes: natively of all files in `diff`, else of the added and modified ones.
 * @throws SyscallError `lstat <dir>/diff: …` for an unknown layer; in strict `stat <dir>: …`.
 * @source moby overlay2/overlay.go DiffSize
 * @internal
 */
export async function diffSize(
  context: DriverContext,
  id: string,
  parent: string,
): Promise<bigint> {
  return withLayers(context, [id, parent], async (access) => {
    await refuseUnreadable(context, id);
    if ((await usesNaiveDiff(context)) || !(await isParentOf(context, id, parent))) {
      return naiveDiffSize(context, access, id, parent);
    }
    return directorySize(context.ports, context.profile, layerPaths(context.home, id).diff);
  });
}
