import type { Change } from '../domain/diffs/change.js';
import { keepsQuirk } from '../domain/profiles/profile.js';
import type { Directory } from '../ports/file-system.js';
import type { ArchiveOptions } from './archive/archive-options.js';
import { applyLayerError, chrootError } from './archive/archive-error.js';
import { changesSize } from './archive/changes-size.js';
import { isDirectory } from './archive/confined-tree.js';
import { exportChanges } from './archive/export-changes.js';
import { Pacer } from './archive/pacer.js';
import { writeArchive } from './archive/tar.js';
import { type ComparedTree, compareTrees } from './archive/tree-changes.js';
import { applyLayer } from './archive/unpack-layer.js';
import { ClosingArchive } from './closing-archive.js';
import type { DriverContext } from './context.js';
import { isInUserNs } from './in-user-ns.js';
import { type LayerAccess, unlockedAccess, usingLayer } from './layer-access.js';

const MILLISECONDS = 1000;
const NANOSECONDS_PER_MILLISECOND = 1_000_000;
const NO_MAPPING = { uids: undefined, gids: undefined };

/**
 * Extracts an archive into the mounted layer.
 *
 * @param stream - undefined counts as empty.
 * @returns bytes that the archive's headers declare.
 * @throws ApplyArchiveError `ApplyLayer exit status 1 stdout:  stderr: …`.
 * @source moby graphdriver/fsdiff.go NaiveDiffDriver.ApplyDiff
 * @internal
 */
export async function naiveApplyDiff(
  context: DriverContext,
  access: LayerAccess,
  id: string,
  stream: AsyncIterable<Uint8Array> | undefined,
): Promise<bigint> {
  const { ports, profile, mapping } = context;
  return usingLayer(access, id, async (tree) => {
    const start = ports.clock.monotonicMs();
    ports.logger.log('debug', 'Start untar layer');
    const inUserNs = await isInUserNs(ports);
    let sizeBytes: bigint;
    const options = { ports, profile, mapping, inUserNs };
    const root = await enterTree(context, tree);
    try {
      sizeBytes = await applyLayer(root, stream, options);
    } finally {
      await root.close();
    }
    const seconds = (ports.clock.monotonicMs() - start) / MILLISECONDS;
    ports.logger.log('debug', `Untar time: ${seconds}s`);
    return sizeBytes;
  });
}

/**
 * Gives the archive of a mounted layer's changes on its mounted parent, or of its whole tree. The
 * layer stays mounted until the archive was read to its end or returned.
 *
 * @source moby graphdriver/fsdiff.go NaiveDiffDriver.Diff
 * @internal
 */
export async function naiveDiff(
  context: DriverContext,
  access: LayerAccess,
  id: string,
  parent: string,
): Promise<AsyncIterable<Uint8Array>> {
  const start = context.ports.clock.now();
  const tree = await access.get(id);
  const putLater = (): Promise<void> => unlockedAccess(context).put(id);
  try {
    if (parent === '') return new ClosingArchive(wholeTree(context, tree), putLater);
    const archive = await usingLayer(access, parent, (parentTree) =>
      changedTree(context, tree, parentTree),
    );
    return new ClosingArchive(archive, async () => {
      await putLater();
      // Times in archives have whole seconds. A file that is changed in the second in which its
      // parent was made could look unchanged, so nobody gets to do that.
      const untilSecondMs = MILLISECONDS - start.nanoseconds / NANOSECONDS_PER_MILLISECOND;
      const end = { seconds: start.seconds + 1n, nanoseconds: 0 };
      const now = context.ports.clock.now();
      if (now.seconds < end.seconds) {
        const spent = (now.nanoseconds - start.nanoseconds) / NANOSECONDS_PER_MILLISECOND;
        await context.ports.clock.sleep(Math.max(0, untilSecondMs - spent));
      }
    });
  } catch (error) {
    await access.put(id).catch(() => undefined);
    throw error;
  }
}

/**
 * Compares a mounted layer with its mounted parent, or with nothing.
 *
 * @returns changes, parents before children.
 * @source moby graphdriver/fsdiff.go NaiveDiffDriver.Changes
 * @internal
 */
export async function naiveChanges(
  context: DriverContext,
  access: LayerAccess,
  id: string,
  parent: string,
): Promise<readonly Change[]> {
  return usingLayer(access, id, async (tree) => {
    if (parent === '') return changesBetween(context, tree, undefined);
    return usingLayer(access, parent, (parentTree) => changesBetween(context, tree, parentTree));
  });
}

/**
 * Sums the sizes of what a mounted layer changes on its parent.
 *
 * @returns bytes.
 * @source moby graphdriver/fsdiff.go NaiveDiffDriver.DiffSize
 * @internal
 */
export async function naiveDiffSize(
  context: DriverContext,
  access: LayerAccess,
  id: string,
  parent: string,
): Promise<bigint> {
  const { profile, ports } = context;
  const changes = await naiveChanges(context, access, id, parent);
  return usingLayer(access, id, (source) =>
    withTree(context, source, (root) => {
      const pacer = new Pacer(ports.clock);
      return changesSize(root, changes, { profile, logger: ports.logger, pacer, source });
    }),
  );
}

/** QUIRK: the archive of a whole tree has the host's ids. */
function wholeTree(context: DriverContext, tree: string): AsyncGenerator<Uint8Array, void, void> {
  const options = archiveOptions(context, tree);
  const unmapped = keepsQuirk(context.profile, 'Q-26');
  return writeArchive(unmapped ? { ...options, mapping: NO_MAPPING } : options);
}

async function changedTree(
  context: DriverContext,
  tree: string,
  parentTree: string,
): Promise<AsyncGenerator<Uint8Array, void, void>> {
  const changes = await changesBetween(context, tree, parentTree);
  return exportChanges(archiveOptions(context, tree), changes);
}

function archiveOptions(
  { ports, profile, mapping }: DriverContext,
  source: string,
): ArchiveOptions {
  return { ports, profile, mapping, source, fromOverlay: false };
}

async function changesBetween(
  context: DriverContext,
  tree: string,
  parentTree: string | undefined,
): Promise<readonly Change[]> {
  const rules = { directoryBitAlone: keepsQuirk(context.profile, 'Q-42') };
  const pacer = new Pacer(context.ports.clock);
  // The older tree is looked at first, and its failure told.
  const before = parentTree === undefined ? undefined : await openCompared(context, parentTree);
  try {
    const after = await openCompared(context, tree);
    try {
      return await compareTrees(before, after, rules, pacer);
    } finally {
      await after.directory?.close();
    }
  } finally {
    await before?.directory?.close();
  }
}

async function openCompared({ ports }: DriverContext, path: string): Promise<ComparedTree> {
  const stat = await ports.fs.lstat(path);
  return { stat, directory: isDirectory(stat) ? await ports.fs.openRoot(path) : undefined };
}

async function enterTree({ ports }: DriverContext, path: string): Promise<Directory> {
  try {
    return await ports.fs.openRoot(path);
  } catch (error) {
    throw applyLayerError(chrootError(path, error));
  }
}

async function withTree<T>(
  { ports }: DriverContext,
  path: string,
  work: (root: Directory) => Promise<T>,
): Promise<T> {
  const root = await ports.fs.openRoot(path);
  try {
    return await work(root);
  } finally {
    await root.close();
  }
}
