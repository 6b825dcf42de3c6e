import { GraphDriverError, isNotExist, SyscallError } from '../domain/errors.js';
import type { FileStat } from '../domain/host/file-stat.js';
import { rootIdentity } from '../domain/identities/id-map.js';
import { layerPaths } from '../domain/layers/layout.js';
import { keepsQuirk } from '../domain/profiles/profile.js';
import type { Directory } from '../ports/file-system.js';
import { chrootError, emptyArchiveError, untarError } from './archive/archive-error.js';
import { directorySize } from './archive/directory-size.js';
import { applyArchive } from './archive/untar.js';
import type { DriverContext } from './context.js';
import { syncFileSystem } from './files.js';
import { hideLowerRoot } from './hide-lower-root.js';
import { isInUserNs } from './in-user-ns.js';
import { clearIncomplete, isIncomplete, markIncomplete } from './incomplete.js';
import { isParentOf } from './is-parent.js';
import { type LayerAccess, refuseUnknown, withLayers } from './layer-access.js';
import { directoryRequest, mkdirAllAndChown } from './mkdir-chown.js';
import { lazyUnmount } from './mount-table.js';
import { naiveApplyDiff } from './naive-diff.js';
import { usesNaiveDiff } from './native-diff.js';
import { isOverlay } from './ref-counter.js';
import { removeAllAt } from './remove-tree.js';
import { Undo } from './undo.js';

/** An archive on its way into a layer. */
interface Application {
  readonly context: DriverContext;
  readonly access: LayerAccess;
  readonly id: string;
  readonly stream: AsyncIterable<Uint8Array> | undefined;
  /** Whether the archive goes straight into `diff`. */
  readonly native: boolean;
}

/**
 * Applies an archive to a layer: natively into its `diff`, where the archive holds the changes on
 * the layer's own parent, else into the mounted layer.
 *
 * @returns bytes: natively the size of all of `diff`, else what the headers declare.
 * @throws ApplyArchiveError with what is wrong with the archive. In moby-2019 the entries before it
 *   stay; durable profiles take them back or leave the layer marked as incomplete.
 * @source moby overlay2/overlay.go ApplyDiff
 * @internal
 */
export async function applyDiff(
  context: DriverContext,
  id: string,
  parent: string,
  stream: AsyncIterable<Uint8Array> | undefined,
): Promise<bigint> {
  return withLayers(context, [id], async (access) => {
    await refuseUnknown(context, id);
    const native = await appliesNatively(context, id, parent);
    const application = { context, access, id, stream, native };
    return context.profile.durable ? applyDurably(application) : apply(application);
  });
}

/** QUIRK: the native-diff probe is not asked; 20.10 asks it first. */
async function appliesNatively(
  context: DriverContext,
  id: string,
  parent: string,
): Promise<boolean> {
  // Asked first, since it refuses a parent that is none whatever the probe found.
  const isChild = await isParentOf(context, id, parent);
  if (!isChild || keepsQuirk(context.profile, 'Q-24')) return isChild;
  return !(await usesNaiveDiff(context));
}

async function apply(application: Application): Promise<bigint> {
  const { context, access, id, stream, native } = application;
  if (!native) return naiveApplyDiff(context, access, id, stream);
  context.ports.logger.log('debug', `Applying tar in ${layerPaths(context.home, id).diff}`);
  if (stream === undefined) throw emptyArchiveError();
  return nativeApplyDiff(context, id, stream);
}

async function nativeApplyDiff(
  context: DriverContext,
  id: string,
  stream: AsyncIterable<Uint8Array>,
): Promise<bigint> {
  const { ports, profile, mapping, home } = context;
  const { dir, diff } = layerPaths(home, id);
  const inUserNs = await isInUserNs(ports);
  const { root } = await openOrMake(context, diff);
  try {
    const wasEmpty = (await root.getdents()).length === 0;
    const options = { ports, profile, mapping, inUserNs, scratchParent: dir };
    const { writtenBytes, rootOpaque } = await applyArchive(root, stream, options);
    if (rootOpaque) await hideLowerRoot(context, id, root);
    // Into an empty directory, what was written is what is there.
    if (wasEmpty && writtenBytes !== undefined) return writtenBytes;
  } finally {
    await root.close();
  }
  return directorySize(ports, profile, diff);
}

/** A layer's own directory, open. */
interface Upper {
  readonly root: Directory;
  /** Whether it was missing. */
  readonly isNew: boolean;
}

async function openOrMake(context: DriverContext, path: string): Promise<Upper> {
  const { ports, profile, mapping } = context;
  const { fs } = ports;
  try {
    return { root: await fs.openRoot(path), isNew: false };
  } catch (error) {
    if (!isNotExist(error)) throw untarError(chrootError(path, error));
  }
  await mkdirAllAndChown(fs, path, directoryRequest(profile, 0o755, rootIdentity(mapping)));
  return { root: await fs.openRoot(path), isNew: true };
}

/** What is not written natively needs a `diff` that is there, or else fails, or changes nothing. */
async function openUpper({ context, id, native }: Application): Promise<Upper | undefined> {
  const { diff } = layerPaths(context.home, id);
  if (native) return openOrMake(context, diff);
  try {
    return { root: await context.ports.fs.openRoot(diff), isNew: false };
  } catch (error) {
    if (error instanceof SyscallError) return undefined;
    throw error;
  }
}

/**
 * Applies with a mark beside `diff` that says so until all of it is on disk. A layer that carries
 * the mark already starts from nothing and keeps the mark, whatever comes, until it is whole.
 */
async function applyDurably(application: Application): Promise<bigint> {
  const { context, access, id, stream, native } = application;
  const { diff } = layerPaths(context.home, id);
  if (native && stream === undefined) throw emptyArchiveError();
  const upper = await openUpper(application);
  if (upper === undefined) {
    const mending: LayerAccess = {
      get: (layer) => access.get(layer, true),
      put: (layer) => access.put(layer),
    };
    return apply({ ...application, access: mending });
  }
  try {
    const isAgain = await isIncomplete(context, id);
    if (isAgain) {
      await endLeftMount(context, id);
      await empty(upper.root, diff);
    }
    return await applyOrUndo(application, upper, isAgain);
  } finally {
    await upper.root.close();
  }
}

/** A mount that a killed process left goes: nothing may change below it, and nobody can get it. */
async function endLeftMount(context: DriverContext, id: string): Promise<void> {
  const { merged } = layerPaths(context.home, id);
  if (!(await isOverlay(context.ports.fs, merged))) return;
  await lazyUnmount(context, merged);
  context.counter.forget(merged);
}

/** Takes a failed application back where `diff` was empty and whole before; else the mark stays. */
async function applyOrUndo(
  application: Application,
  upper: Upper,
  isAgain: boolean,
): Promise<bigint> {
  const { context, id } = application;
  const wasEmpty = !isAgain && (await upper.root.getdents()).length === 0;
  const before = await upper.root.fstat();
  const held = new HeldAccess(context, application.access);
  let isMarked = isAgain;
  try {
    const bytes = await applyMarked(application, held);
    isMarked = true;
    await syncFileSystem(context.ports.fs, layerPaths(context.home, id).diff);
    // Through a read-only mount nothing was changed, nor marked.
    if (await isIncomplete(context, id)) await clearIncomplete(context, id);
    return bytes;
  } catch (error) {
    // A crash or a mistake of ours must not look like a failure that was undone.
    if (!(error instanceof GraphDriverError)) throw error;
    const undo = new Undo();
    if (wasEmpty) undo.add(() => restoreEmpty(context, id, upper, before));
    // The mark may have gone though taking it away failed: in the sync that follows.
    else if (isMarked) undo.add(() => ensureMarked(context, id));
    undo.add(() => held.release(id));
    await undo.run();
    throw error;
  }
}

/** The mark is set when nothing but the archive is left that could fail; Get refuses it. */
async function applyMarked(application: Application, access: HeldAccess): Promise<bigint> {
  if (application.native) await ensureMarked(application.context, application.id);
  return apply({ ...application, access });
}

/** The access of an application into a mount: marks the layer when it is mounted. */
class HeldAccess implements LayerAccess {
  readonly #context: DriverContext;
  readonly #access: LayerAccess;
  #isHeld = false;

  constructor(context: DriverContext, access: LayerAccess) {
    this.#context = context;
    this.#access = access;
  }

  async get(id: string): Promise<string> {
    const tree = await this.#access.get(id, true);
    this.#isHeld = true;
    const { readOnly } = await this.#context.ports.fs.statfs(tree);
    if (!readOnly) await ensureMarked(this.#context, id);
    return tree;
  }

  async put(id: string): Promise<void> {
    await this.#access.put(id);
    this.#isHeld = false;
  }

  /** Puts what a failure left mounted. */
  async release(id: string): Promise<void> {
    if (this.#isHeld) await this.put(id);
  }
}

async function ensureMarked(context: DriverContext, id: string): Promise<void> {
  if (!(await isIncomplete(context, id))) await markIncomplete(context, id);
}

/** Empties `diff` again; the mark is there meanwhile, should this be the last that happens. */
async function restoreEmpty(
  context: DriverContext,
  id: string,
  { root, isNew }: Upper,
  before: FileStat,
): Promise<void> {
  const { diff, merged } = layerPaths(context.home, id);
  // The upper directory of a mount in use is the kernel's.
  if (await isOverlay(context.ports.fs, merged)) return;
  if ((await root.getdents()).length > 0) await ensureMarked(context, id);
  await empty(root, diff);
  if (isNew) await context.ports.fs.rmdir(diff);
  else {
    await root.fchown(before.uid, before.gid);
    await root.fchmod(before.mode & 0o7777);
    await root.futimens(before.atime, before.mtime);
    await root.fsync();
  }
  if (await isIncomplete(context, id)) await clearIncomplete(context, id);
}

async function empty(root: Directory, path: string): Promise<void> {
  for (const { name } of await root.getdents()) await removeAllAt(root, name, path);
}
