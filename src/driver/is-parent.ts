import { GraphDriverError } from '../domain/errors.js';
import { isParent } from '../domain/layers/is-parent.js';
import { parseLayerId } from '../domain/layers/layer-id.js';
import { keepsQuirk } from '../domain/profiles/profile.js';
import type { DriverContext } from './context.js';
import { readLowerDirs } from './lower-dirs.js';

/**
 * Tells whether `parent` is the layer directly below `id`; `''` is the parent of a base layer.
 *
 * @returns false too when the lowers cannot be resolved.
 * @throws InvalidLayerIdError for a parent that no layer can be.
 * @source moby overlay2/overlay.go isParent
 * @internal
 */
export async function isParentOf(
  context: DriverContext,
  id: string,
  parent: string,
): Promise<boolean> {
  if (parent !== '' && !keepsQuirk(context.profile, 'Q-10')) parseLayerId(parent);
  let lowerDirs: readonly string[];
  try {
    lowerDirs = await readLowerDirs(context, id);
  } catch (error) {
    if (error instanceof GraphDriverError) return false;
    throw error;
  }
  return isParent({ home: context.home, parent, lowerDirs });
}
