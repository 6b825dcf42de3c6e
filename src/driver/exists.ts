import { SyscallError } from '../domain/errors.js';
import { FILE_TYPE } from '../domain/host/file-type.js';
import { isLayerId } from '../domain/layers/layer-id.js';
import { layerPaths } from '../domain/layers/layout.js';
import { keepsQuirk } from '../domain/profiles/profile.js';
import type { DriverContext } from './context.js';

/**
 * Tells whether a layer exists; any failure to look counts as no.
 *
 * QUIRK Q-04: moby looks only whether something has the name, so that `''` and a file exist.
 *
 * @source moby overlay2/overlay.go Exists
 * @internal
 */
export async function layerExists(context: DriverContext, id: string): Promise<boolean> {
  const anything = keepsQuirk(context.profile, 'Q-04');
  if (!anything && !isLayerId(id)) return false;
  try {
    const { mode } = await context.ports.fs.stat(layerPaths(context.home, id).dir);
    return anything || (mode & FILE_TYPE.MASK) === FILE_TYPE.DIRECTORY;
  } catch (error) {
    if (error instanceof SyscallError) return false;
    throw error;
  }
}
