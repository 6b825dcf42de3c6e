import { isNotExist } from '../../domain/errors.js';
import { OPEN } from '../../domain/host/open-flags.js';
import { concatBytes, decodeUtf8 } from '../../domain/utf8.js';
import type { Directory, FileSystem } from '../../ports/file-system.js';

/** A named list of paths of the host, without leading slash. */
export interface PathList {
  readonly name: string;
  readonly paths: readonly string[];
}

/** Where the package manager keeps what `dpkg -L` prints. */
const DPKG_LISTS = '/var/lib/dpkg/info';

/** What is taken where there is no package manager of that kind. */
const FOLDERS = '/usr';

const READ_BYTES = 64 * 1024;
const DT_DIRECTORY = 4;

/**
 * Lists what is installed: the packages' files, or where there is no dpkg the folders below
 * `/usr`. Largest lists first.
 *
 * @internal
 */
export async function installedPathLists(files: FileSystem): Promise<readonly PathList[]> {
  const lists = (await packageLists(files)) ?? (await folderLists(files));
  return [...lists].sort((a, b) => b.paths.length - a.paths.length || (a.name < b.name ? -1 : 1));
}

async function packageLists(files: FileSystem): Promise<PathList[] | undefined> {
  let info: Directory;
  try {
    info = await files.openRoot(DPKG_LISTS);
  } catch (error) {
    if (isNotExist(error)) return undefined;
    throw error;
  }
  try {
    const lists: PathList[] = [];
    for (const { name } of await info.getdents()) {
      const file = decodeUtf8(name);
      if (!file.endsWith('.list')) continue;
      const lines = decodeUtf8(await readAll(info, name)).split('\n');
      const paths = lines.filter((line) => /^\/[^./]/.test(line)).map((line) => line.slice(1));
      lists.push({ name: file.slice(0, -'.list'.length), paths });
    }
    return lists;
  } finally {
    await info.close();
  }
}

async function folderLists(files: FileSystem): Promise<PathList[]> {
  const root = await files.openRoot(FOLDERS);
  try {
    const lists: PathList[] = [];
    for (const { name, type } of await root.getdents()) {
      if (type !== DT_DIRECTORY) continue;
      const folder = decodeUtf8(name);
      const paths: string[] = [];
      await collect(root, name, `${FOLDERS.slice(1)}/${folder}`, paths);
      lists.push({ name: folder, paths });
    }
    return lists;
  } finally {
    await root.close();
  }
}

async function collect(
  parent: Directory,
  name: Uint8Array,
  path: string,
  paths: string[],
): Promise<void> {
  paths.push(path);
  const directory = await parent.opendirat(name);
  try {
    for (const entry of await directory.getdents()) {
      const below = `${path}/${decodeUtf8(entry.name)}`;
      if (entry.type === DT_DIRECTORY) await collect(directory, entry.name, below, paths);
      else paths.push(below);
    }
  } finally {
    await directory.close();
  }
}

async function readAll(directory: Directory, name: Uint8Array): Promise<Uint8Array> {
  const file = await directory.openat(name, OPEN.READ_ONLY, 0);
  try {
    const parts: Uint8Array[] = [];
    for (;;) {
      const buffer = new Uint8Array(READ_BYTES);
      const got = await file.read(buffer);
      if (got === 0) return concatBytes(...parts);
      parts.push(buffer.subarray(0, got));
    }
  } finally {
    await file.close();
  }
}
