import { isErrno, SyscallError } from '../../domain/errors.js';
import { FILE_TYPE } from '../../domain/host/file-type.js';
import { decodeUtf8 } from '../../domain/utf8.js';
import type { Directory, FileSystem } from '../../ports/file-system.js';
import type { HomeView, LayerView, LinkText } from './answer.js';
import { readFile } from './tamper.js';

const OVERLAY_MAGIC = 0x794c7630;
const LINK_ID = /^[A-Z2-7]{26}$/;
const LINK_TARGET = /^\.\.\/([^/]+)\/diff$/;
const LINK_ENTRY = /^l\/(.*)$/s;
/** The quota's device node, which is there or not by the kernel's quotas. */
const BACKING_FS_DEVICE = 'backingFsBlockDev';

/**
 * Looks at a home: its layers, the symlinks in `l/`, and whatever else lies there. Link ids, which
 * are random, are told by the layer that their symlink leads to. Every directory but `l` is told
 * as a layer. A home that is gone has nothing.
 *
 * @internal
 */
export async function observeHome(files: FileSystem, home: string): Promise<HomeView> {
  let root: Directory;
  try {
    root = await files.openRoot(home);
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return { layers: [], links: [], strays: [] };
    throw error;
  }
  try {
    return await observe(files, home, root);
  } finally {
    await root.close();
  }
}

async function observe(files: FileSystem, home: string, root: Directory): Promise<HomeView> {
  const strays: string[] = [];
  const links = await readLinks(files, home, root, strays);
  const layers: LayerView[] = [];
  for (const entry of await root.getdents()) {
    const name = decodeUtf8(entry.name);
    if (name === BACKING_FS_DEVICE) continue;
    const { mode } = await root.lstatat(entry.name);
    if ((mode & FILE_TYPE.MASK) !== FILE_TYPE.DIRECTORY) strays.push(name);
    else if (name !== 'l') layers.push(await observeLayer(files, home, name, links));
  }
  layers.sort((a, b) => (a.id < b.id ? -1 : 1));
  return { layers, links: [...links.values()].sort(), strays: strays.sort() };
}

/** Gives the targets of the symlinks in `l/` by link id. */
async function readLinks(
  files: FileSystem,
  home: string,
  root: Directory,
  strays: string[],
): Promise<ReadonlyMap<string, string>> {
  const links = new Map<string, string>();
  let directory: Directory;
  try {
    directory = await root.opendirat(L);
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR', 'ELOOP')) return links;
    throw error;
  }
  try {
    for (const { name } of await directory.getdents()) {
      const id = decodeUtf8(name);
      try {
        links.set(id, await files.readlink(`${home}/l/${id}`));
      } catch (error) {
        if (!isErrno(error, 'EINVAL')) throw error;
        strays.push(`l/${id}`);
      }
    }
  } finally {
    await directory.close();
  }
  return links;
}

const L: Uint8Array = new Uint8Array([0x6c]);

async function observeLayer(
  files: FileSystem,
  home: string,
  id: string,
  links: ReadonlyMap<string, string>,
): Promise<LayerView> {
  const dir = `${home}/${id}`;
  const names = await namesIn(files, dir);
  const link = names.includes('link') ? await textAt(files, `${dir}/link`) : undefined;
  const lower = names.includes('lower') ? await textAt(files, `${dir}/lower`) : undefined;
  const mounted = names.includes('merged') && (await isOverlay(files, `${dir}/merged`));
  return {
    id,
    names,
    ...(link === undefined ? {} : { link: tellLink(link, links) }),
    ...(lower === undefined
      ? {}
      : { lower: lower.split(':').map((part) => tellEntry(part, links)) }),
    mounted,
  };
}

/**
 * Tells an entry of a `lower`: the layer whose link it is, or its text.
 *
 * @internal
 */
export function tellEntry(text: string, links: ReadonlyMap<string, string>): LinkText {
  const link = LINK_ENTRY.exec(text)?.[1];
  if (link === undefined || !LINK_ID.test(link)) return { text };
  return tellLink(link, links);
}

/**
 * Tells a link id by the layer that its symlink leads to.
 *
 * @param links - targets of the symlinks in `l/`, by link id.
 * @internal
 */
export function tellLink(link: string, links: ReadonlyMap<string, string>): LinkText {
  if (!LINK_ID.test(link)) return { text: link };
  const target = links.get(link);
  if (target === undefined) return { dangling: true };
  const of = LINK_TARGET.exec(target)?.[1];
  return of === undefined ? { text: target } : { of };
}

/** Gives the names in a directory; none where a mount on it has lost what it lay on. */
async function namesIn(files: FileSystem, dir: string): Promise<readonly string[]> {
  const directory = await files.openRoot(dir);
  try {
    return (await directory.getdents()).map(({ name }) => decodeUtf8(name)).sort();
  } catch (error) {
    if (error instanceof SyscallError) return [];
    throw error;
  } finally {
    await directory.close();
  }
}

/** Gives the text of a file; nothing where a directory or the like has its name. */
async function textAt(files: FileSystem, path: string): Promise<string | undefined> {
  try {
    return await readFile(files, path);
  } catch (error) {
    if (error instanceof SyscallError) return undefined;
    throw error;
  }
}

async function isOverlay(files: FileSystem, path: string): Promise<boolean> {
  return (await files.statfs(path)).type === OVERLAY_MAGIC;
}
