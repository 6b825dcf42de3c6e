import { GraphDriverError } from '../domain/errors.js';
import { isParent } from '../domain/layers/is-parent.js';
import type { DriverContext } from './context.js';
import { readLowerDirs } from './lower-dirs.js';

/**
 * Tells whether `parent` is the layer directly below `id`; `''` is the parent of a base layer.
 *
 * @returns false too when the lowers cannot be resolved.
 * @source moby overlay2/overlay.go isParent
 * @internal
 */
export async function isParentOf(
  context: DriverContext,
  id: string,
  parent: string,
): Promise<boolean> {
  let lowerDirs: readonly string[];
  try {
    lowerDirs = await readLowerDirs(context, id);
  } catch (error) {
    if (error instanceof GraphDriverError) return false;
    throw error;
  }
  return isParent({ home: context.home, parent, lowerDirs });
}
