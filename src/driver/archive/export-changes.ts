import { type Change, compareChanges } from '../../domain/diffs/change.js';
import { TYPE, type TarHeader } from '../../domain/diffs/tar/header.js';
import { WHITEOUT_PREFIX } from '../../domain/diffs/whiteout.js';
import { GraphDriverError, messageOf } from '../../domain/errors.js';
import { goJoin } from '../../domain/go/path.js';
import type { Timestamp } from '../../domain/host/file-stat.js';
import { readAccountNames } from './account-names.js';
import { type ArchiveOptions, archiveKeeps, hostPath } from './archive-options.js';
import { baseOf, fromBytePath, parentOf, toBytePath } from './byte-path.js';
import { ConfinedTree, isDirectory, retellAt } from './confined-tree.js';
import { type ArchivedFile, EntryWriter } from './entry-writer.js';
import { Pacer } from './pacer.js';
import { ReservedNameError } from './reserved-name.js';
import { writeRoot } from './tar.js';

const HALF_SECOND_NANOSECONDS = 500_000_000;

/**
 * Writes the archive of changes: what was deleted becomes a whiteout, everything else is taken from
 * the tree. Changes come in the order of their paths' bytes. The tree is opened when the first
 * chunk is asked for.
 *
 * @throws in profiles without Q-30, what kept an entry from being written.
 * @source moby pkg/archive/changes.go ExportChanges
 * @internal
 */
export async function* exportChanges(
  options: ArchiveOptions,
  changes: readonly Change[],
): AsyncGenerator<Uint8Array, void, void> {
  const root = await options.ports.fs.openRoot(options.source);
  const tree = new ConfinedTree(root);
  try {
    const names = await readAccountNames(options.ports.fs);
    const writer = new EntryWriter(options, names, 'debug');
    const pacer = new Pacer(options.ports.clock);
    await writeRoot(options, writer, root);
    for (const change of [...changes].sort(compareChanges)) {
      const path = toBytePath(change.path);
      if (change.kind === 'delete') writeDeletion(options, writer, path);
      else yield* writeChanged(options, writer, tree, path);
      if (writer.chunks.isDue) yield* writer.chunks.take();
      if (pacer.isDue()) await pacer.rest();
    }
    yield* writer.finish();
  } finally {
    await tree.forget();
    await root.close();
  }
}

/**
 * QUIRK: a deleted file whose name begins like a whiteout gives a name that readers take for
 * metadata.
 */
function writeDeletion(options: ArchiveOptions, writer: EntryWriter, path: string): void {
  if (!archiveKeeps(options, 'Q-43') && baseOf(path).startsWith(WHITEOUT_PREFIX)) {
    throw new ReservedNameError(path.slice(1));
  }
  try {
    writer.writeHeader(whiteoutHeader(path, options.ports.clock.now()));
  } catch (error) {
    if (!(error instanceof GraphDriverError) || !archiveKeeps(options, 'Q-30')) throw error;
    options.ports.logger.log('debug', `Can't write whiteout header: ${messageOf(error)}`);
  }
}

async function* writeChanged(
  options: ArchiveOptions,
  writer: EntryWriter,
  tree: ConfinedTree,
  path: string,
): AsyncGenerator<Uint8Array, void, void> {
  let file: ArchivedFile;
  try {
    file = await look(tree, path);
  } catch (error) {
    const name = path.slice(1);
    const told = (): { syscall: string; path: string } => ({
      syscall: 'lstat',
      path: hostPath(options, name),
    });
    writer.skip(name, retellAt(error, told));
    return;
  }
  try {
    const body = await writer.add(file);
    if (body !== undefined) yield* writer.stream(body);
  } finally {
    await file.opened?.close();
  }
}

async function look(tree: ConfinedTree, path: string): Promise<ArchivedFile> {
  const { directory, name } = await tree.place(path);
  const stat = await directory.lstatat(name);
  const file = { directory, name, path: path.slice(1), stat };
  return isDirectory(stat) ? { ...file, opened: await directory.opendirat(name) } : file;
}

/** Go's writer rounds the time of a header that asks for no format to the nearest second. */
function whiteoutHeader(path: string, now: Timestamp): TarHeader {
  const roundsUp = now.nanoseconds >= HALF_SECOND_NANOSECONDS;
  return {
    typeflag: TYPE.REG,
    name: fromBytePath(goJoin(parentOf(path), WHITEOUT_PREFIX + baseOf(path)).slice(1)),
    linkname: new Uint8Array(0),
    size: 0n,
    mode: 0n,
    uid: 0n,
    gid: 0n,
    uname: '',
    gname: '',
    mtime: { seconds: now.seconds + (roundsUp ? 1n : 0n), nanoseconds: 0 },
    devmajor: 0n,
    devminor: 0n,
    paxRecords: new Map(),
  };
}
