import { layerPaths } from '../domain/layers/layout.js';
import { writeArchive } from './archive/tar.js';
import type { DriverContext } from './context.js';
import { isParentOf } from './is-parent.js';
import { refuseUnreadable, withLayers } from './layer-access.js';
import { naiveDiff } from './naive-diff.js';
import { usesNaiveDiff } from './native-diff.js';

/**
 * Gives the archive of what a layer changes on its parent: natively what its `diff` holds, else by
 * comparing the two mounted trees. Nothing is read before the first chunk is asked for; whoever
 * does not read to the end returns the iterator.
 *
 * @throws SyscallError of Get for an unknown parent; in strict for an unknown layer.
 * @source moby overlay2/overlay.go Diff
 * @internal
 */
export async function diff(
  context: DriverContext,
  id: string,
  parent: string,
): Promise<AsyncIterable<Uint8Array>> {
  return withLayers(context, [id, parent], async (access) => {
    await refuseUnreadable(context, id);
    if ((await usesNaiveDiff(context)) || !(await isParentOf(context, id, parent))) {
      return naiveDiff(context, access, id, parent);
    }
    const { ports, profile, mapping, home } = context;
    const source = layerPaths(home, id).diff;
    ports.logger.log('debug', `Tar with options on ${source}`);
    return writeArchive({ ports, profile, mapping, source, fromOverlay: true });
  });
}
