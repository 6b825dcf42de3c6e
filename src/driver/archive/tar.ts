import { GraphDriverError, isNotExist, messageOf } from '../../domain/errors.js';
import { goBase, goDir } from '../../domain/go/path.js';
import { rootIdentity } from '../../domain/identities/id-map.js';
import { compareBytes, encodeUtf8 } from '../../domain/utf8.js';
import type { Directory } from '../../ports/file-system.js';
import { readAccountNames } from './account-names.js';
import { type ArchiveOptions, archiveKeeps, hostPath } from './archive-options.js';
import { toBytePath } from './byte-path.js';
import { isDirectory, retellAt } from './confined-tree.js';
import { type ArchivedFile, EntryWriter } from './entry-writer.js';
import { Pacer } from './pacer.js';

const ROOT_MODE = 0o755;
const PERMISSIONS = 0o7777;
const SELF = new Uint8Array([0x2e]);

/** A directory being walked: its names in byte order, and how far the walk has come. */
interface Level {
  readonly directory: Directory;
  /** Ends in a slash, but for the root. */
  readonly prefix: string;
  readonly names: readonly Uint8Array[];
  at: number;
}

/**
 * Writes the archive of a whole tree: byte order in each directory, parents before children. The
 * tree is opened when the first chunk is asked for; a missing one gives an empty archive. Ending
 * the iteration early releases everything.
 *
 * @throws in profiles without Q-30, what kept an entry from being written.
 * @source moby pkg/archive/archive.go TarWithOptions
 * @internal
 */
export async function* writeArchive(
  options: ArchiveOptions,
): AsyncGenerator<Uint8Array, void, void> {
  const { fs, clock } = options.ports;
  const levels: Level[] = [];
  try {
    const start = await openTree(options);
    const writer = new EntryWriter(start.options, await readAccountNames(fs), 'error');
    const pacer = new Pacer(clock);
    if (start.level !== undefined) levels.push(start.level);
    if (start.isWhole) await writeRoot(options, writer, start.level.directory);
    for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
      const name = level.names[level.at];
      level.at += 1;
      if (name === undefined) {
        levels.pop();
        await level.directory.close();
        continue;
      }
      const seen = await look(start.options, level, name);
      if (seen?.level !== undefined) levels.push(seen.level);
      const body = seen === undefined ? undefined : await writer.add(seen.file);
      if (body !== undefined) yield* writer.stream(body);
      if (writer.chunks.isDue) yield* writer.chunks.take();
      if (pacer.isDue()) await pacer.rest();
    }
    yield* writer.finish();
  } finally {
    for (const level of levels) await level.directory.close();
  }
}

/**
 * Writes the entry `./` of a root that is not as every new layer's is.
 *
 * QUIRK: the seed never writes it, so that a root loses mode and owner.
 *
 * @internal
 */
export async function writeRoot(
  options: ArchiveOptions,
  writer: EntryWriter,
  root: Directory,
): Promise<void> {
  if (archiveKeeps(options, 'Q-29')) return;
  const stat = await root.fstat();
  const { uid, gid } = rootIdentity(options.mapping);
  if ((stat.mode & PERMISSIONS) === ROOT_MODE && stat.uid === uid && stat.gid === gid) return;
  // A root opaque mark means nothing, so the root is not asked for it.
  await writer.add({ directory: root, name: SELF, path: './', stat });
}

/** Where a walk starts: at a whole tree, at a single file in place of one, or nowhere. */
type Start = { readonly options: ArchiveOptions } & (
  | { readonly level: Level; readonly isWhole: true }
  | { readonly level: Level | undefined; readonly isWhole: false }
);

async function openTree(options: ArchiveOptions): Promise<Start> {
  const { fs } = options.ports;
  try {
    if (isDirectory(await fs.lstat(options.source))) {
      const level = await listLevel(await fs.openRoot(options.source), '');
      return { options, level, isWhole: true };
    }
  } catch (error) {
    if (!isNotExist(error) || !archiveKeeps(options, 'Q-30')) throw error;
    return { options, level: undefined, isWhole: false };
  }
  const parent = goDir(options.source);
  const directory = await fs.openRoot(parent);
  const names = [encodeUtf8(goBase(options.source))];
  const level = { directory, prefix: '', names, at: 0 };
  return { options: { ...options, source: parent }, level, isWhole: false };
}

/** Looks at a file and lists a directory; one that cannot be listed is left out whole. */
async function look(
  options: ArchiveOptions,
  { directory, prefix }: Level,
  name: Uint8Array,
): Promise<{ file: ArchivedFile; level?: Level } | undefined> {
  const path = prefix + toBytePath(name);
  try {
    const stat = await directory.lstatat(name);
    if (!isDirectory(stat)) return { file: { directory, name, path, stat } };
    const opened = await directory.opendirat(name);
    const level = await listLevel(opened, `${path}/`);
    return { file: { directory, name, path, stat, opened }, level };
  } catch (error) {
    if (!(error instanceof GraphDriverError)) throw error;
    const met = retellAt(error, () => ({ path: hostPath(options, path) }));
    // A directory that lies in one layer alone lists whiteouts, too, behind which nothing is.
    if (!archiveKeeps(options, 'Q-30') && !isNotExist(error)) throw met;
    const text = `Tar: Can't stat file ${options.source} to tar: ${messageOf(met)}`;
    options.ports.logger.log('error', text);
    return undefined;
  }
}

async function listLevel(directory: Directory, prefix: string): Promise<Level> {
  try {
    return { directory, prefix, names: await sortedNames(directory), at: 0 };
  } catch (error) {
    await directory.close();
    throw error;
  }
}

async function sortedNames(directory: Directory): Promise<readonly Uint8Array[]> {
  const entries = await directory.getdents();
  return entries.map((entry) => entry.name).sort(compareBytes);
}
