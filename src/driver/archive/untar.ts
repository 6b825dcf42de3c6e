import { TYPE, type TarHeader } from '../../domain/diffs/tar/header.js';
import { TarReader } from '../../domain/diffs/tar/tar-reader.js';
import { META_PREFIX, OPAQUE_NAME } from '../../domain/diffs/whiteout.js';
import { messageOf } from '../../domain/errors.js';
import { hasChange } from '../../domain/profiles/profile.js';
import type { Directory } from '../../ports/file-system.js';
import { ApplyArchiveError, untarError } from './archive-error.js';
import { ArchiveSource } from './archive-source.js';
import { cleanBytePath, parentOf, rootedPath, toBytePath } from './byte-path.js';
import { ConfinedTree } from './confined-tree.js';
import { createEntry } from './create-entry.js';
import {
  type Extraction,
  type ExtractOptions,
  impliedOwner,
  keeps,
  ownerOf,
} from './extraction.js';
import { invalidAufsLink, isAufsLink } from './hard-link.js';
import { type ImpliedParents, makeImpliedParents } from './implied-parents.js';
import { convertWhiteout, mayBeWhiteout } from './native-whiteout.js';
import { NewFiles } from './new-files.js';
import { Pacer } from './pacer.js';
import { applyRootEntry, finishExtraction } from './root-entry.js';

const IMPLIED_MODE = 0o777;
const IMPLIED_MODE_20_10 = 0o755;

/**
 * What an extraction did.
 *
 * @internal
 */
export interface Extracted {
  /**
   * Sizes of all files and symlinks written, in bytes; undefined when something was removed on the
   * way, so that the sum says nothing of what is there now.
   */
  readonly writtenBytes: bigint | undefined;
  /** Whether the archive makes the root opaque, which the extraction leaves to its caller. */
  readonly rootOpaque: boolean;
}

/**
 * Applies an archive to the upper directory of a layer: whiteouts become the overlay's own.
 * Nothing leaves the root, whatever the archive says. The stream is read to its end, even after a
 * failure; entries made before it stay.
 *
 * @throws {@link ApplyArchiveError} `Error processing tar file(exit status 1): …`.
 * @source moby pkg/chrootarchive/archive_unix.go invokeUnpack, pkg/archive/archive.go Unpack
 * @internal
 */
export async function applyArchive(
  root: Directory,
  stream: AsyncIterable<Uint8Array>,
  options: ExtractOptions,
): Promise<Extracted> {
  const source = new ArchiveSource(stream);
  const run = startExtraction(root, source, options);
  let rootOpaque = false;
  const onRootOpaque = keeps(run, 'Q-36') ? undefined : (): void => void (rootOpaque = true);
  try {
    await unpack(run, onRootOpaque);
    await run.reader.drain();
  } catch (error) {
    await run.reader.drain();
    throw untarError(error);
  } finally {
    await run.tree.forget();
  }
  if (source.failure !== undefined) throw feedError(source.failure.error);
  const writtenBytes = run.tree.isDisturbed ? undefined : run.writtenBytes;
  return { writtenBytes, rootOpaque };
}

/**
 * Prepares an extraction into a tree.
 *
 * @internal
 */
export function startExtraction(
  root: Directory,
  source: ArchiveSource,
  options: ExtractOptions,
): Extraction {
  return {
    ...options,
    tree: new ConfinedTree(root),
    reader: new TarReader(source),
    pacer: new Pacer(options.ports.clock),
    newFiles: new NewFiles(),
    directories: [],
    rootEntries: [],
    writtenBytes: 0n,
  };
}

async function unpack(run: Extraction, onRootOpaque: (() => void) | undefined): Promise<void> {
  for (;;) {
    const header = await run.reader.next();
    if (header === undefined) break;
    await unpackEntry(run, header, onRootOpaque);
    if (run.pacer.isDue()) await run.pacer.rest();
  }
  await finishExtraction(run);
}

async function unpackEntry(
  run: Extraction,
  header: TarHeader,
  onRootOpaque: (() => void) | undefined,
): Promise<void> {
  const name = cleanBytePath(toBytePath(header.name));
  const path = rootedPath(name);
  if (!keeps(run, 'Q-28') && isAufsMetadata(header, name)) return;
  if (name === '.' && isRootSkipped(run, header)) return;
  if (path === '/') {
    await applyRootEntry(run, header, await ownerOf(run, path, header));
  } else {
    // Most entries follow another one of the same directory.
    if (!run.tree.isLast(parentOf(path))) {
      await makeImpliedParents(run, path, () => impliedParents(run));
    }
    const owner = await ownerOf(run, path, header);
    if (mayBeWhiteout(path)) {
      if (await convertWhiteout(run, path, header, owner, onRootOpaque)) return;
    }
    await createEntry(run, path, header, owner);
  }
  if (header.typeflag === TYPE.DIR) run.directories.push({ path, header });
}

/** The seed makes them 0777 less the umask, 20.10 makes them 0755, whatever the umask (V-02). */
function impliedParents(run: Extraction): ImpliedParents {
  if (hasChange(run.profile, 'V-02')) {
    return { mode: IMPLIED_MODE_20_10, masked: false, owner: impliedOwner(run) };
  }
  return { mode: IMPLIED_MODE, masked: true, owner: impliedOwner(run) };
}

/**
 * QUIRK: the entry `./` is passed over, so that a root never gets its mode and owner. What
 * is no directory is passed over in every profile: it could only replace the root.
 */
function isRootSkipped(run: Extraction, header: TarHeader): boolean {
  return keeps(run, 'Q-29') || header.typeflag !== TYPE.DIR;
}

/** @throws GraphDriverError for a hard link to what is passed over. */
function isAufsMetadata(header: TarHeader, name: string): boolean {
  if (header.typeflag === TYPE.LINK && isAufsLink(header)) throw invalidAufsLink();
  if (name === OPAQUE_NAME) return false;
  return name.startsWith(META_PREFIX);
}

function feedError(error: unknown): ApplyArchiveError {
  return new ApplyArchiveError(`Error processing tar file(${messageOf(error)}): `, error);
}
