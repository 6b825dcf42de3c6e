import { parseLayerId } from '../domain/layers/layer-id.js';
import { layerPaths } from '../domain/layers/layout.js';
import { keepsQuirk } from '../domain/profiles/profile.js';
import type { DriverContext } from './context.js';
import { readLowerDirs } from './lower-dirs.js';

/**
 * Where a layer's parts lie.
 *
 * @public
 * @since 0.1.0
 */
export interface LayerMetadata {
  /** Named even when the layer has none, as a base layer. */
  readonly WorkDir: string;
  readonly MergedDir: string;
  readonly UpperDir: string;
  /** Colon-joined `diff` directories, uppermost first; absent without lowers. */
  readonly LowerDir?: string;
}

/**
 * Tells where a layer's parts lie.
 *
 * @throws InvalidLayerIdError in profiles without Q-10.
 * @throws SyscallError `stat <dir>: …` for an unknown layer, `readlink …` for a broken chain.
 * @source moby overlay2/overlay.go GetMetadata
 * @internal
 */
export async function getMetadata(context: DriverContext, id: string): Promise<LayerMetadata> {
  if (!keepsQuirk(context.profile, 'Q-10')) parseLayerId(id);
  // The seed takes no lock, so that a layer on its way out loses its lowers before the rest.
  if (!context.profile.durable) return tellMetadata(context, id);
  return context.locker.with([id], () => tellMetadata(context, id));
}

async function tellMetadata(context: DriverContext, id: string): Promise<LayerMetadata> {
  const { dir, work, merged, diff } = layerPaths(context.home, id);
  await context.ports.fs.stat(dir);
  const lowerDirs = await readLowerDirs(context, id);
  return {
    WorkDir: work,
    MergedDir: merged,
    UpperDir: diff,
    ...(lowerDirs.length === 0 ? {} : { LowerDir: lowerDirs.join(':') }),
  };
}
