import { GraphDriverError, isNotExist, messageOf, SyscallError } from '../domain/errors.js';
import { goJoin } from '../domain/go/path.js';
import { rootIdentity, type Identity } from '../domain/identities/id-map.js';
import { parseLayerId } from '../domain/layers/layer-id.js';
import { layerPaths, type LayerPaths, MERGED, WORK } from '../domain/layers/layout.js';
import { splitLower } from '../domain/layers/lower-chain.js';
import {
  absoluteDirectories,
  decideMountForm,
  type MountForm,
  type MountSubject,
  type PageRule,
} from '../domain/mounts/mount-data.js';
import { keepsQuirk } from '../domain/profiles/profile.js';
import type { DriverContext } from './context.js';
import { refuseIncomplete } from './incomplete.js';
import { readLowerFile } from './lower-dirs.js';
import { directoryRequest, mkdirAndChown } from './mkdir-chown.js';
import { isOverlay } from './ref-counter.js';

/**
 * Makes a layer's tree available: mounts it at its first user, counts every further one. A base
 * layer is its own `diff` and is neither mounted nor counted.
 *
 * @param mountLabel - SELinux label, `''` for none.
 * @returns absolute path of the tree.
 * @throws SyscallError `stat <dir>: …` for an unknown layer.
 * @throws GraphDriverError `error creating overlay mount to <merged>: …`, and in strict for damaged
 *   or incomplete layers.
 * @source moby overlay2/overlay.go Get
 * @internal
 */
export async function getLayer(
  context: DriverContext,
  id: string,
  mountLabel: string,
): Promise<string> {
  return context.locker.with([id], () => getLocked(context, id, mountLabel));
}

/**
 * Get for a caller that holds the id's lock.
 *
 * @param mayBeIncomplete - whether the caller is about to make an incomplete layer whole.
 */
export async function getLocked(
  context: DriverContext,
  id: string,
  mountLabel: string,
  mayBeIncomplete = false,
): Promise<string> {
  if (!keepsQuirk(context.profile, 'Q-10')) parseLayerId(id);
  const paths = layerPaths(context.home, id);
  await context.ports.fs.stat(paths.dir);
  if (!mayBeIncomplete) await refuseIncomplete(context, id);

  const lower = await readLowerFile(context, id);
  if (lower === undefined) return getBase(context, id, mountLabel, paths);
  const trustLower = keepsQuirk(context.profile, 'Q-18');
  const lowers = splitLower(lower, { id, trustLink: true, trustLower });

  return countAndMount(context, paths.merged, async () => {
    const readOnly = await isCommitted(context, paths);
    await mountLayer(context, { home: context.home, id, lowers, readOnly }, mountLabel, paths);
  });
}

/**
 * QUIRK Q-15: moby gives the `diff` of a base layer away, whether it exists, is committed or not.
 */
async function getBase(
  context: DriverContext,
  id: string,
  mountLabel: string,
  paths: LayerPaths,
): Promise<string> {
  if (keepsQuirk(context.profile, 'Q-15')) return paths.diff;
  await context.ports.fs.stat(paths.diff);
  if (!(await isCommitted(context, paths))) return paths.diff;

  // An overlay needs a second lower; the empty mount point below the mount serves as one.
  const subject = { home: context.home, id, lowers: [goJoin(id, MERGED)], readOnly: true };
  return countAndMount(context, paths.merged, () =>
    mountLayer(context, subject, mountLabel, paths),
  );
}

async function countAndMount(
  context: DriverContext,
  merged: string,
  mount: () => Promise<void>,
): Promise<string> {
  const count = await context.counter.increment(merged);
  if (count > 1) {
    const trustCount = keepsQuirk(context.profile, 'Q-20');
    if (trustCount || (await isOverlay(context.ports.fs, merged))) return merged;
    // Somebody else unmounted it: the users that were counted have nothing left to put back.
    context.counter.forget(merged);
    return countAndMount(context, merged, mount);
  }
  try {
    await mount();
  } catch (error) {
    await undoMount(context, merged, error);
    throw error;
  }
  return merged;
}

async function undoMount(context: DriverContext, merged: string, cause: unknown): Promise<void> {
  // A crash or a mistake of ours must not look like a failure that was undone.
  if (!(cause instanceof GraphDriverError)) return;
  if ((await context.counter.decrement(merged)) > 0) return;
  const { fs, mounter, logger } = context.ports;
  try {
    await mounter.umount(merged, 0);
  } catch (error) {
    const text = error instanceof SyscallError ? error.strerror : messageOf(error);
    logger.log('error', `error unmounting ${merged}: ${text}`);
  }
  try {
    await fs.rmdir(merged);
  } catch (error) {
    if (isNotExist(error)) return;
    logger.log('debug', `Failed to remove ${merged}: ${messageOf(error)}: ${messageOf(cause)}`);
  }
}

async function isCommitted(context: DriverContext, { committed }: LayerPaths): Promise<boolean> {
  try {
    await context.ports.fs.stat(committed);
    return true;
  } catch (error) {
    if (isNotExist(error)) return false;
    throw error;
  }
}

async function mountLayer(
  context: DriverContext,
  subject: MountSubject,
  label: string,
  paths: LayerPaths,
): Promise<void> {
  const root = rootIdentity(context.mapping);
  await mkdirAndChown(
    context.ports.fs,
    paths.merged,
    directoryRequest(context.profile, 0o700, root),
  );
  const form = decideForm(context, subject, label);
  await callMount(context, subject, label, form, paths.merged);
  if (!subject.readOnly) await ownWorkWork(context, paths, root);
}

function decideForm(context: DriverContext, subject: MountSubject, label: string): MountForm {
  return decideMountForm({
    ...subject,
    label,
    indexOff: context.process.indexOff,
    escape: !keepsQuirk(context.profile, 'Q-16'),
    pageSizeBytes: context.ports.kernel.pageSize(),
    pageRule: pageRule(context),
  });
}

/** The page is a limit of the classic call; moby keeps to it whatever the backend. */
function pageRule({ profile, ports }: DriverContext): PageRule {
  if (keepsQuirk(profile, 'Q-17')) return 'moby-2019';
  if (!profile.durable) return 'nul-counted';
  return ports.mounter.pageLimited ? 'nul-counted' : 'unlimited';
}

async function callMount(
  context: DriverContext,
  subject: MountSubject,
  label: string,
  form: MountForm,
  merged: string,
): Promise<void> {
  const layers = { ...absoluteDirectories(subject), label, indexOff: context.process.indexOff };
  const { data, target } = form;
  const cwd = form.form === 'relative' ? { cwd: form.cwd } : {};
  try {
    await context.ports.mounter.mount({ target, flags: 0, data, layers, ...cwd });
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error;
    throw new SyscallError(
      { errno: error.errno, syscall: 'mount', path: merged },
      `error creating overlay mount to ${merged}: ${mountFailure(form, error)}`,
    );
  }
}

/** moby mounts by relative paths in a helper process and tells how that ended. */
function mountFailure(form: MountForm, error: SyscallError): string {
  if (form.form === 'absolute') return error.strerror;
  const output = error.syscall === 'chdir' ? error.message : error.strerror;
  return `mountfrom re-exec error: exit status 1: output: ${output}`;
}

/** An overlay in a user namespace moves directories through here as the remapped root. */
async function ownWorkWork(
  context: DriverContext,
  paths: LayerPaths,
  root: Identity,
): Promise<void> {
  await context.ports.fs.chown(goJoin(paths.work, WORK), root.uid, root.gid);
}
