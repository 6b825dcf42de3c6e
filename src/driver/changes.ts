import type { Change } from '../domain/diffs/change.js';
import type { DriverContext } from './context.js';
import { refuseUnreadable, withLayers } from './layer-access.js';
import { naiveChanges } from './naive-diff.js';

/**
 * Gives the paths that differ between a layer and another one; against `''` everything was added.
 *
 * @returns changes, parents before children.
 * @throws SyscallError `stat <dir>: …` for an unknown layer.
 * @source moby overlay2/overlay.go Changes
 * @internal
 */
export async function changes(
  context: DriverContext,
  id: string,
  parent: string,
): Promise<readonly Change[]> {
  return withLayers(context, [id, parent], async (access) => {
    await refuseUnreadable(context, id);
    return naiveChanges(context, access, id, parent);
  });
}
