import { parseLayerId } from '../domain/layers/layer-id.js';
import { layerPaths } from '../domain/layers/layout.js';
import { keepsQuirk } from '../domain/profiles/profile.js';
import type { DriverContext } from './context.js';
import { getLayer, getLocked } from './get.js';
import { refuseIncomplete } from './incomplete.js';
import { putLayer, putLocked } from './put.js';

/**
 * How a diff method gets at the trees of layers.
 *
 * @internal
 */
export interface LayerAccess {
  /**
   * Gives the path of a layer's tree.
   *
   * @param mayBeIncomplete - whether the caller is about to make an incomplete layer whole.
   */
  get(id: string, mayBeIncomplete?: boolean): Promise<string>;
  put(id: string): Promise<void>;
}

/**
 * Runs a diff method of one layer against another. The seed takes the locks inside Get and Put
 * alone; durable profiles look at the ids first and hold the locks for the whole call.
 *
 * @throws InvalidLayerIdError
 * @internal
 */
export async function withLayers<T>(
  context: DriverContext,
  ids: readonly string[],
  work: (access: LayerAccess) => Promise<T>,
): Promise<T> {
  if (!context.profile.durable) return work(unlockedAccess(context));
  // An empty parent means none; an empty layer is refused where the layer is looked at.
  for (const id of ids) if (id !== '') parseLayerId(id);
  return context.locker.with(ids, () =>
    work({
      get: (id, mayBeIncomplete) => getLocked(context, id, '', mayBeIncomplete),
      put: (id) => putLocked(context, id),
    }),
  );
}

/**
 * Gives the access of a caller that holds no lock.
 *
 * @internal
 */
export function unlockedAccess(context: DriverContext): LayerAccess {
  return {
    get: (id) => getLayer(context, id, ''),
    put: (id) => quietPut(context, () => putLayer(context, id)),
  };
}

/**
 * Gets a layer, works on its tree and puts it again.
 *
 * @internal
 */
export async function usingLayer<T>(
  access: LayerAccess,
  id: string,
  work: (tree: string) => Promise<T>,
): Promise<T> {
  const tree = await access.get(id);
  let result: T;
  try {
    result = await work(tree);
  } catch (error) {
    // The first failure is the one to tell; a mount that stays is found by the next Get.
    await access.put(id).catch(() => undefined);
    throw error;
  }
  await access.put(id);
  return result;
}

/**
 * Refuses ids that are no layer's.
 *
 * QUIRK: an unknown id counts as a base layer, and ids are not looked at.
 *
 * @throws InvalidLayerIdError; SyscallError `stat <dir>: …`.
 * @internal
 */
export async function refuseUnknown(context: DriverContext, id: string): Promise<void> {
  if (!keepsQuirk(context.profile, 'Q-10')) parseLayerId(id);
  if (!keepsQuirk(context.profile, 'Q-23')) {
    await context.ports.fs.stat(layerPaths(context.home, id).dir);
  }
}

/**
 * Refuses layers whose content says nothing: unknown and incomplete ones.
 *
 * @throws as {@link refuseUnknown}; IncompleteLayerError.
 * @internal
 */
export async function refuseUnreadable(context: DriverContext, id: string): Promise<void> {
  await refuseUnknown(context, id);
  await refuseIncomplete(context, id);
}

/** QUIRK: nobody looks at what Put says. */
async function quietPut(context: DriverContext, put: () => Promise<void>): Promise<void> {
  try {
    await put();
  } catch (error) {
    if (!keepsQuirk(context.profile, 'Q-19')) throw error;
  }
}
