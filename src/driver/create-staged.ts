import { ERRNO } from '../domain/go/errno.js';
import { GraphDriverError, isNotExist, SyscallError } from '../domain/errors.js';
import { goJoin } from '../domain/go/path.js';
import { rootIdentity, type Identity } from '../domain/identities/id-map.js';
import { parseLayerId } from '../domain/layers/layer-id.js';
import {
  CREATE_PREFIX,
  LINK_DIR,
  layerPaths,
  linkPath,
  linkTarget,
} from '../domain/layers/layout.js';
import type { LinkId } from '../domain/layers/link-id.js';
import { assertMeansNoLower, childLower } from '../domain/layers/lower-chain.js';
import { OptionError } from '../domain/options/option-error.js';
import { parseStorageOptions } from '../domain/options/storage-options.js';
import type { DriverContext } from './context.js';
import { readText, syncDirectory, writeSyncedFile } from './files.js';
import { refuseIncomplete } from './incomplete.js';
import { generateLinkId } from './link-ids.js';
import { type DirectoryRequest, directoryRequest, mkdirAndChown } from './mkdir-chown.js';
import { removeAll } from './remove-tree.js';
import { Undo } from './undo.js';

/**
 * Creates a layer so that a crash leaves none or a whole one, and a failure changes nothing: it is
 * made under a temporary name, synced, and renamed into place. The parent's `committed` comes
 * last; should a crash fall between the two, the next Init writes it.
 *
 * @throws InvalidLayerIdError, IncompleteLayerError, MaxDepthError, OptionError.
 * @throws SyscallError `mkdir <dir>: file exists` for a layer that exists.
 * @source docs/profiles.md, Durable metadata; moby overlay2/overlay.go create
 * @internal
 */
export async function createStaged(
  context: DriverContext,
  id: string,
  parent: string,
  storage: ReadonlyMap<string, string>,
): Promise<void> {
  parseLayerId(id);
  if (parent !== '') parseLayerId(parent);
  const { quotaSizeBytes } = parseStorageOptions(storage, context.profile);
  if (quotaSizeBytes > 0n && context.quotaControl === undefined) {
    throw new OptionError(
      "--storage-opt is supported only for overlay over xfs with 'pquota' mount option",
    );
  }
  const locked = parent === '' ? [id] : [id, parent];
  await context.locker.with(locked, () => createLocked(context, id, parent, quotaSizeBytes));
}

async function createLocked(
  context: DriverContext,
  id: string,
  parent: string,
  quotaSizeBytes: bigint,
): Promise<void> {
  const root = rootIdentity(context.mapping);
  await refuseExisting(context, id);
  const lower = parent === '' ? undefined : await lowerOfChild(context, parent);

  const undo = new Undo();
  try {
    const link = await generateLinkId(context.ports);
    const staging = goJoin(context.home, CREATE_PREFIX + link);
    undo.add(() => removeAll(context.ports.fs, staging));
    await stageLayer(context, staging, link, lower, root);
    if (quotaSizeBytes > 0n) await limitLayer(context, id, staging, lower, quotaSizeBytes, undo);
    await publishLayer(context, id, link, staging, undo);
    if (parent !== '') await commitParent(context, parent, undo);
  } catch (error) {
    // After a crash nothing more is done; the next Init cleans up.
    if (error instanceof GraphDriverError) await undo.run();
    throw error;
  }
}

async function refuseExisting(context: DriverContext, id: string): Promise<void> {
  const { dir } = layerPaths(context.home, id);
  try {
    await context.ports.fs.lstat(dir);
  } catch (error) {
    if (isNotExist(error)) return;
    throw error;
  }
  throw new SyscallError({ errno: ERRNO.EEXIST, syscall: 'mkdir', path: dir });
}

async function lowerOfChild(context: DriverContext, parent: string): Promise<string> {
  const { fs } = context.ports;
  const paths = layerPaths(context.home, parent);
  await fs.lstat(paths.dir);
  await refuseIncomplete(context, parent);
  const link = await readText(fs, paths.link);
  let lower: string | undefined;
  try {
    lower = await readText(fs, paths.lower);
  } catch (error) {
    assertMeansNoLower(error, { anyErrorMeansNone: false });
  }
  return childLower(link, lower, { id: parent, trustLink: false, trustLower: false });
}

async function stageLayer(
  context: DriverContext,
  staging: string,
  link: LinkId,
  lower: string | undefined,
  root: Identity,
): Promise<void> {
  const { fs } = context.ports;
  const paths = layerPaths(staging, '');
  const owned = (mode: number): DirectoryRequest => directoryRequest(context.profile, mode, root);
  await mkdirAndChown(fs, paths.dir, owned(0o700));
  await mkdirAndChown(fs, paths.diff, owned(0o755));
  await writeSyncedFile(fs, paths.link, link, 0o644);
  if (lower !== undefined) {
    await mkdirAndChown(fs, paths.work, owned(0o700));
    await writeSyncedFile(fs, paths.lower, lower, 0o666);
  }
  await syncDirectory(fs, paths.dir);
}

/** The quota is on what the layer holds, not on what the driver writes about it. */
async function limitLayer(
  context: DriverContext,
  id: string,
  staging: string,
  lower: string | undefined,
  quotaSizeBytes: bigint,
  undo: Undo,
): Promise<void> {
  const { dir } = layerPaths(context.home, id);
  const { diff, work } = layerPaths(staging, '');
  undo.add(async () => context.quotaControl?.forget(dir));
  const limited = lower === undefined ? [diff] : [diff, work];
  await context.quotaControl?.setQuota(dir, limited, quotaSizeBytes);
}

async function publishLayer(
  context: DriverContext,
  id: string,
  link: LinkId,
  staging: string,
  undo: Undo,
): Promise<void> {
  const { fs } = context.ports;
  const { dir } = layerPaths(context.home, id);
  const symlink = linkPath(context.home, link);
  undo.add(() => removeAll(fs, symlink));
  await fs.symlink(linkTarget(id), symlink);
  await syncDirectory(fs, goJoin(context.home, LINK_DIR));
  undo.add(() => removeAll(fs, dir));
  await fs.rename(staging, dir);
  await syncDirectory(fs, context.home);
}

async function commitParent(context: DriverContext, parent: string, undo: Undo): Promise<void> {
  const { fs } = context.ports;
  const { dir, committed } = layerPaths(context.home, parent);
  try {
    await fs.lstat(committed);
    return;
  } catch (error) {
    if (!isNotExist(error)) throw error;
  }
  undo.add(() => removeAll(fs, committed));
  await writeSyncedFile(fs, committed, '', 0o600);
  await syncDirectory(fs, dir);
}
