import { GraphDriverError, SyscallError } from '../domain/errors.js';
import { goToLower } from '../domain/go/lower-case.js';
import { goDir } from '../domain/go/path.js';
import { rootIdentity } from '../domain/identities/id-map.js';
import { layerPaths, linkPath, linkTarget } from '../domain/layers/layout.js';
import { childLower } from '../domain/layers/lower-chain.js';
import { OptionError } from '../domain/options/option-error.js';
import { parseStorageOptions } from '../domain/options/storage-options.js';
import { hasChange, keepsQuirk } from '../domain/profiles/profile.js';
import type { DriverContext } from './context.js';
import { createStaged } from './create-staged.js';
import { readText, writeFile } from './files.js';
import { GoPanicError, NIL_DEREFERENCE } from './go-panic.js';
import { generateLinkId } from './link-ids.js';
import { directoryRequest, mkdirAllAndChown, mkdirAndChown } from './mkdir-chown.js';
import { outerDirectory } from './outer-directory.js';
import { removeAll } from './remove-tree.js';

/**
 * What a caller may ask of a new layer. The map is the caller's, and in moby-2019 CreateReadWrite
 * writes into it.
 *
 * @source moby daemon/graphdriver/driver.go CreateOpts
 * @public
 * @since 0.1.0
 */
export interface CreateOptions {
  /** Ignored by this driver: the label counts when the layer is mounted. */
  mountLabel?: string;
  storageOpt?: Map<string, string>;
}

const SIZE = 'size';

/**
 * Creates a layer that is to be written to by a container; only such a one may have a quota.
 *
 * @throws OptionError where a storage option is given and the home has no project quota.
 * @source moby overlay2/overlay.go CreateReadWrite
 * @internal
 */
export async function createReadWriteLayer(
  context: DriverContext,
  id: string,
  parent: string,
  options: CreateOptions = {},
): Promise<void> {
  if (hasChange(context.profile, 'V-04')) return createSized(context, id, parent, options);
  if (hasStorageOptions(options)) requireQuota(context);
  const storage = withDefaultSize(context, options);
  return createLayer(context, id, parent, storage);
}

/**
 * Creates a layer that is to be filled by ApplyDiff.
 *
 * @throws OptionError for the storage option `size`.
 * @source moby overlay2/overlay.go Create
 * @internal
 */
export async function createReadOnlyLayer(
  context: DriverContext,
  id: string,
  parent: string,
  options: CreateOptions = {},
): Promise<void> {
  const storage = options.storageOpt ?? new Map<string, string>();
  if (hasSize(context, storage)) {
    throw new OptionError('--storage-opt size is only supported for ReadWrite Layers');
  }
  return createLayer(context, id, parent, storage);
}

function hasStorageOptions(options: CreateOptions): boolean {
  return options.storageOpt !== undefined && options.storageOpt.size > 0;
}

/** As 20.10: a default size counts only if there is one, and `size` alone needs quota (V-04). */
function createSized(
  context: DriverContext,
  id: string,
  parent: string,
  options: CreateOptions,
): Promise<void> {
  options.storageOpt ??= new Map();
  const storage = options.storageOpt;
  const { quotaSizeBytes } = context.options;
  if (!storage.has(SIZE) && quotaSizeBytes !== 0n) storage.set(SIZE, String(quotaSizeBytes));
  if (storage.has(SIZE)) requireQuota(context);
  return createLayer(context, id, parent, storage);
}

function requireQuota({ process }: DriverContext): void {
  if (process.projectQuotaSupported) return;
  throw new OptionError(
    "--storage-opt is supported only for overlay over xfs with 'pquota' mount option",
  );
}

/** QUIRK Q-05: the default goes into the caller's own map, which then no longer is empty. */
function withDefaultSize(context: DriverContext, options: CreateOptions): Map<string, string> {
  const defaultSize = String(context.options.quotaSizeBytes);
  if (keepsQuirk(context.profile, 'Q-05')) {
    options.storageOpt ??= new Map();
    if (!options.storageOpt.has(SIZE)) options.storageOpt.set(SIZE, defaultSize);
    return options.storageOpt;
  }
  const storage = new Map(options.storageOpt);
  if (!hasSize(context, storage)) storage.set(SIZE, defaultSize);
  return storage;
}

/** QUIRK Q-11: moby looks for the lower-case spelling alone, though its parser takes any. */
function hasSize(context: DriverContext, storage: ReadonlyMap<string, string>): boolean {
  if (keepsQuirk(context.profile, 'Q-11')) return storage.has(SIZE);
  return [...storage.keys()].some((key) => goToLower(key) === SIZE);
}

function createLayer(
  context: DriverContext,
  id: string,
  parent: string,
  storage: ReadonlyMap<string, string>,
): Promise<void> {
  if (context.profile.durable) return createStaged(context, id, parent, storage);
  return createInPlace(context, id, parent, storage);
}

/**
 * Creates a layer as the seed does, without a lock, call by call.
 *
 * QUIRK: an existing directory is taken over, and removed when anything fails after.
 *
 * @source moby overlay2/overlay.go create
 */
async function createInPlace(
  context: DriverContext,
  id: string,
  parent: string,
  storage: ReadonlyMap<string, string>,
): Promise<void> {
  const { fs } = context.ports;
  const { dir } = layerPaths(context.home, id);
  const outer = outerDirectory(context.profile, context.mapping);
  await mkdirAllAndChown(fs, goDir(dir), outer);
  await mkdirAndChown(fs, dir, outer);
  try {
    await limitLayer(context, dir, storage);
    await fillLayer(context, id, parent);
  } catch (error) {
    // A crash and a Go panic leave things as they are.
    if (error instanceof GraphDriverError) await removeQuietly(context, dir);
    throw error;
  }
}

async function fillLayer(context: DriverContext, id: string, parent: string): Promise<void> {
  const { fs } = context.ports;
  const paths = layerPaths(context.home, id);
  const root = rootIdentity(context.mapping);

  await mkdirAndChown(fs, paths.diff, directoryRequest(context.profile, 0o755, root));
  const link = await generateLinkId(context.ports);
  // QUIRK Q-06: the symlink is not part of what a failure removes.
  await fs.symlink(linkTarget(id), linkPath(context.home, link));
  await writeFile(fs, paths.link, link, 0o644);
  if (parent === '') return;

  await mkdirAndChown(fs, paths.work, directoryRequest(context.profile, 0o700, root));
  // QUIRK Q-09: the parent is committed before it is known whether the child can be.
  await writeFile(fs, layerPaths(context.home, parent).committed, '', 0o600);
  const lower = await lowerOfChild(context, parent);
  if (lower !== '') await writeFile(fs, paths.lower, lower, 0o666);
}

/**
 * Gives the `lower` text of a child.
 *
 * QUIRK Q-13: any failure to read the parent's `lower` counts as "it has none".
 *
 * @source moby overlay2/overlay.go getLower
 */
async function lowerOfChild(context: DriverContext, parent: string): Promise<string> {
  const { fs } = context.ports;
  const paths = layerPaths(context.home, parent);
  await fs.lstat(paths.dir);
  const link = await readText(fs, paths.link);
  let lower: string | undefined;
  try {
    lower = await readText(fs, paths.lower);
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error;
  }
  return childLower(link, lower);
}

/** Sets the layer's quota if one was asked for. */
async function limitLayer(
  context: DriverContext,
  dir: string,
  storage: ReadonlyMap<string, string>,
): Promise<void> {
  const { quotaSizeBytes } = parseStorageOptions(
    await inRandomOrder(context, [...storage]),
    context.profile,
  );
  if (quotaSizeBytes === 0n) return;
  // QUIRK: nobody has made sure that this home has a controller.
  if (context.quotaControl === undefined) throw new GoPanicError(NIL_DEREFERENCE);
  await context.quotaControl.setQuota(dir, [dir], quotaSizeBytes);
}

/** Go visits a map in random order; here the order comes from the Random port. */
async function inRandomOrder<T>(context: DriverContext, items: T[]): Promise<T[]> {
  for (let last = items.length - 1; last > 0; last--) {
    const [byte = 0] = await context.ports.random.bytes(1);
    const other = byte % (last + 1);
    [items[last], items[other]] = [items[other] as T, items[last] as T];
  }
  return items;
}

async function removeQuietly(context: DriverContext, dir: string): Promise<void> {
  try {
    await removeAll(context.ports.fs, dir);
  } catch (error) {
    // moby ignores this failure: the caller is told of the first one.
    if (!(error instanceof SyscallError)) throw error;
  }
}
