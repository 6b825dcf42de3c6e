import { TYPE, type TarHeader } from '../../domain/diffs/tar/header.js';
import { META_PREFIX, OPAQUE_NAME } from '../../domain/diffs/whiteout.js';
import { messageOf } from '../../domain/errors.js';
import { goJoin } from '../../domain/go/path.js';
import type { Directory } from '../../ports/file-system.js';
import { ApplyArchiveError, applyLayerError } from './archive-error.js';
import { ArchiveSource } from './archive-source.js';
import { AufsLinks } from './aufs-links.js';
import { cleanBytePath, parentOf, rootedPath, toBytePath } from './byte-path.js';
import { createEntry } from './create-entry.js';
import {
  clearWay,
  type Extraction,
  type ExtractOptions,
  impliedOwner,
  keeps,
  ownerOf,
} from './extraction.js';
import { isAufsLink } from './hard-link.js';
import { type ImpliedParents, makeImpliedParents } from './implied-parents.js';
import { mayBeWhiteout, whiteoutOf } from './native-whiteout.js';
import { removeUnpacked } from './opaque-walk.js';
import { applyRootEntry, finishExtraction } from './root-entry.js';
import { startExtraction } from './untar.js';

interface LayerRun {
  readonly run: Extraction;
  /** Paths that this archive has made. */
  readonly unpacked: Set<string>;
  readonly aufs: AufsLinks;
  sizeBytes: bigint;
}

/**
 * Applies an archive to a mounted layer: whiteouts delete in the merged view, and the kernel makes
 * of that what is right. After a failure the rest of the stream is not read.
 *
 * @param stream - undefined counts as empty.
 * @returns bytes that the headers declare, those of skipped entries included.
 * @throws {@link ApplyArchiveError} `ApplyLayer exit status 1 stdout:  stderr: …`.
 * @source moby pkg/chrootarchive/diff_unix.go applyLayerHandler, pkg/archive/diff.go UnpackLayer
 * @internal
 */
export async function applyLayer(
  root: Directory,
  stream: AsyncIterable<Uint8Array> | undefined,
  options: ExtractOptions,
): Promise<bigint> {
  const source = new ArchiveSource(stream ?? noBytes());
  const run = startExtraction(root, source, options);
  const layer = { run, unpacked: new Set<string>(), aufs: new AufsLinks(run), sizeBytes: 0n };
  try {
    try {
      await unpack(layer);
    } finally {
      await layer.aufs.remove();
    }
    await run.reader.drain();
  } catch (error) {
    await run.reader.close();
    throw applyLayerError(error);
  } finally {
    await run.tree.forget();
  }
  if (source.failure !== undefined) throw feedError(source.failure.error, layer.sizeBytes);
  return layer.sizeBytes;
}

async function unpack(layer: LayerRun): Promise<void> {
  const { run } = layer;
  for (;;) {
    const header = await run.reader.next();
    if (header === undefined) break;
    layer.sizeBytes += header.size;
    await unpackEntry(layer, header);
    if (run.pacer.isDue()) await run.pacer.rest();
  }
  await finishExtraction(run);
}

async function unpackEntry(layer: LayerRun, header: TarHeader): Promise<void> {
  const { run } = layer;
  const name = cleanBytePath(toBytePath(header.name));
  const path = rootedPath(name);
  if (path !== '/') await makeImpliedParents(run, path, () => impliedParents(run));

  // Only the first component is looked at: below other directories such names are ordinary.
  if (name.startsWith(META_PREFIX)) {
    await layer.aufs.keep(name, header);
    if (name !== OPAQUE_NAME) return;
  }
  const whiteout = mayBeWhiteout(path) ? whiteoutOf(run, path) : { kind: 'none' as const };
  if (whiteout.kind === 'opaque') {
    await removeUnpacked(run, parentOf(path), layer.unpacked);
  } else if (whiteout.kind === 'whiteout') {
    await run.tree.removeAll(goJoin(parentOf(path), toBytePath(whiteout.hidden)));
  } else {
    await createLayerEntry(layer, path, header);
  }
}

async function createLayerEntry(layer: LayerRun, path: string, header: TarHeader): Promise<void> {
  const { run, aufs, unpacked } = layer;
  if (header.typeflag === TYPE.LINK && isAufsLink(header)) {
    await clearWay(run, path, false);
    await aufs.restore(path, header);
  } else {
    const owner = await ownerOf(run, path, header);
    if (path === '/') await applyRootEntry(run, header, owner);
    else await createEntry(run, path, header, owner);
  }
  if (header.typeflag === TYPE.DIR) run.directories.push({ path, header });
  unpacked.add(path);
}

/**
 * QUIRK: implied parents are 0600 and stay the host root's, where the native unpacker makes them
 * for everybody and gives them to the remapped root.
 */
function impliedParents(run: Extraction): ImpliedParents {
  if (keeps(run, 'Q-27')) return { mode: 0o600, masked: false, owner: undefined };
  return { mode: 0o777, masked: true, owner: impliedOwner(run) };
}

function feedError(error: unknown, sizeBytes: bigint): ApplyArchiveError {
  const stdout = `{"layerSize":${sizeBytes}}\n`;
  return new ApplyArchiveError(`ApplyLayer ${messageOf(error)} stdout: ${stdout} stderr: `, error);
}

async function* noBytes(): AsyncGenerator<Uint8Array, void, void> {
  // A missing stream is an empty one here; only the native path refuses it.
}
