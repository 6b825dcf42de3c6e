import { GraphDriverError, isNotExist } from '../domain/errors.js';
import { goQuote } from '../domain/go/quote.js';
import { layerPaths } from '../domain/layers/layout.js';
import type { DriverContext } from './context.js';
import { syncDirectory, writeSyncedFile } from './files.js';

/**
 * A layer whose last ApplyDiff did not end.
 *
 * @source docs/profiles.md, Incomplete layers
 * @public
 * @since 0.1.0
 */
export class IncompleteLayerError extends GraphDriverError {
  readonly id: string;

  constructor(id: string) {
    super('incomplete-layer', `layer ${goQuote(id)} is incomplete: apply it again or remove it`);
    this.id = id;
  }
}

/**
 * Refuses a layer that carries the mark of an unfinished ApplyDiff. Profiles that promise nothing
 * across a crash never write the mark and do not look for it.
 *
 * @throws IncompleteLayerError
 * @internal
 */
export async function refuseIncomplete(context: DriverContext, id: string): Promise<void> {
  if (await isIncomplete(context, id)) throw new IncompleteLayerError(id);
}

/**
 * Tells whether a layer carries the mark.
 *
 * @internal
 */
export async function isIncomplete(context: DriverContext, id: string): Promise<boolean> {
  if (!context.profile.durable) return false;
  try {
    await context.ports.fs.lstat(layerPaths(context.home, id).incomplete);
    return true;
  } catch (error) {
    if (isNotExist(error)) return false;
    throw error;
  }
}

/**
 * Marks a layer before its content changes; the mark is on disk when this ends.
 *
 * @internal
 */
export async function markIncomplete(context: DriverContext, id: string): Promise<void> {
  const { dir, incomplete } = layerPaths(context.home, id);
  await writeSyncedFile(context.ports.fs, incomplete, '', 0o600);
  await syncDirectory(context.ports.fs, dir);
}

/**
 * Takes the mark away; the caller has synced the content before.
 *
 * @internal
 */
export async function clearIncomplete(context: DriverContext, id: string): Promise<void> {
  const { dir, incomplete } = layerPaths(context.home, id);
  await context.ports.fs.unlink(incomplete);
  await syncDirectory(context.ports.fs, dir);
}
