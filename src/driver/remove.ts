import { GraphDriverError, isNotExist, messageOf, SyscallError } from '../domain/errors.js';
import { goJoin } from '../domain/go/path.js';
import { parseLayerId } from '../domain/layers/layer-id.js';
import { layerPaths, linkPath, linkTarget, REMOVE_PREFIX } from '../domain/layers/layout.js';
import { isLinkId } from '../domain/layers/link-id.js';
import { keepsQuirk } from '../domain/profiles/profile.js';
import type { DriverContext } from './context.js';
import { ensureRemoveAll, unmountBelow } from './ensure-remove-all.js';
import { readText, syncDirectory } from './files.js';
import { generateLinkId } from './link-ids.js';
import { removeAll } from './remove-tree.js';

/**
 * Removes a layer and its link; an unknown layer is success. Whether other layers need it is the
 * caller's to know.
 *
 * @throws GraphDriverError for an empty id.
 * @throws SyscallError of what would not go.
 * @source moby overlay2/overlay.go Remove
 * @internal
 */
export async function removeLayer(context: DriverContext, id: string): Promise<void> {
  if (id === '') {
    const text = 'refusing to remove the directories: id is empty';
    throw new GraphDriverError('empty-id', text);
  }
  if (!keepsQuirk(context.profile, 'Q-10')) parseLayerId(id);
  await context.locker.with([id], () => removeLocked(context, id));
}

async function removeLocked(context: DriverContext, id: string): Promise<void> {
  const { dir, merged } = layerPaths(context.home, id);
  if (context.profile.durable) {
    await removeDurably(context, id);
  } else {
    await removeInPlace(context, id);
  }
  // QUIRK Q-20: moby leaves the count, so that a layer made again under the id is not mounted.
  if (!keepsQuirk(context.profile, 'Q-20')) context.counter.forget(merged);
  // QUIRK Q-46: moby leaves the project id, so that it is not given to a layer made again.
  if (!keepsQuirk(context.profile, 'Q-46')) await context.quotaControl?.forget(dir);
}

async function removeInPlace(context: DriverContext, id: string): Promise<void> {
  const link = await findLink(context, id);
  if (link !== undefined) {
    try {
      // QUIRK Q-21: what moby finds in the file it joins and removes, `..` and all.
      await removeAll(context.ports.fs, linkPath(context.home, link));
    } catch (error) {
      if (!(error instanceof SyscallError)) throw error;
      context.ports.logger.log('debug', `Failed to remove link: ${messageOf(error)}`);
    }
  }
  try {
    await ensureRemoveAll(context, layerPaths(context.home, id).dir);
  } catch (error) {
    if (!isNotExist(error)) throw error;
  }
}

/**
 * Renames a layer away before it is taken apart, so that no half of one is ever found under its
 * id. What a failure or a crash leaves goes at the next Init.
 */
async function removeDurably(context: DriverContext, id: string): Promise<void> {
  const { fs } = context.ports;
  const { dir } = layerPaths(context.home, id);
  const link = await findLink(context, id);
  await unmountBelow(context, dir);
  const doomed = goJoin(context.home, REMOVE_PREFIX + (await generateLinkId(context.ports)));
  try {
    await fs.rename(dir, doomed);
  } catch (error) {
    if (isNotExist(error)) return;
    throw error;
  }
  await syncDirectory(fs, context.home);
  if (link !== undefined) await removeAll(fs, linkPath(context.home, link));
  await ensureRemoveAll(context, doomed);
}

/** Gives the link id to remove with a layer; undefined where there is none, or none to trust. */
async function findLink(context: DriverContext, id: string): Promise<string | undefined> {
  const link = await readLink(context, id);
  if (link === '') {
    const text = `refusing to remove empty link for layer ${id}`;
    context.ports.logger.log('error', text);
    return undefined;
  }
  if (link === undefined || keepsQuirk(context.profile, 'Q-21')) return link;
  return (await isOwnLink(context, id, link)) ? link : undefined;
}

async function readLink(context: DriverContext, id: string): Promise<string | undefined> {
  try {
    return await readText(context.ports.fs, layerPaths(context.home, id).link);
  } catch (error) {
    // A layer without a readable link is removed all the same.
    if (error instanceof SyscallError) return undefined;
    throw error;
  }
}

async function isOwnLink(context: DriverContext, id: string, link: string): Promise<boolean> {
  if (!isLinkId(link)) {
    context.ports.logger.log('warning', `not removing the link of layer ${id}: no link id`);
    return false;
  }
  try {
    const target = await context.ports.fs.readlink(linkPath(context.home, link));
    return target === linkTarget(id);
  } catch (error) {
    if (error instanceof SyscallError) return false;
    throw error;
  }
}
