import { isErrno, isNotExist, SyscallError } from '../domain/errors.js';
import { goJoin } from '../domain/go/path.js';
import { FILE_TYPE } from '../domain/host/file-type.js';
import { isLayerId } from '../domain/layers/layer-id.js';
import {
  LINK_DIR,
  layerPaths,
  linkPath,
  linkTarget,
  TEMPORARY_PREFIXES,
} from '../domain/layers/layout.js';
import { isLinkId } from '../domain/layers/link-id.js';
import { decodeUtf8 } from '../domain/utf8.js';
import type { FileSystem } from '../ports/file-system.js';
import type { DriverContext } from './context.js';
import { ensureRemoveAll } from './ensure-remove-all.js';
import { readText, syncDirectory, writeSyncedFile } from './files.js';
import { readLowerFile } from './lower-dirs.js';

/** What a home holds. */
interface Inventory {
  /** Names of layer directories. */
  readonly layers: readonly string[];
  /** Names that only a driver's unfinished work has. */
  readonly leftovers: readonly string[];
  /** Symlinks of `l/`, those that are made on the way too: name to target. */
  readonly symlinks: Map<string, string>;
}

/**
 * Puts right what a crash may have left in a home, as `docs/profiles.md` lists it. Layers that
 * mounts of a living process may use are only added to, never changed.
 *
 * @throws SyscallError of what could not be read or mended.
 * @source docs/profiles.md, Repair
 * @internal
 */
export async function repairHome(context: DriverContext): Promise<void> {
  const { leftovers, layers, symlinks } = await takeInventory(context);
  for (const name of leftovers) await ensureRemoveAll(context, goJoin(context.home, name));

  const links = new Map<string, string>();
  for (const id of layers) {
    const link = await repairLink(context, id, symlinks);
    if (link !== undefined) links.set(link, id);
  }
  await dropStraySymlinks(context, symlinks, links);
  for (const id of layers) await repairCommitted(context, id, links);
}

async function takeInventory({ ports, home }: DriverContext): Promise<Inventory> {
  const names = await directoryNames(ports.fs, home);
  const everything = await allNames(ports.fs, home);
  const isLeftover = (name: string): boolean =>
    TEMPORARY_PREFIXES.some((prefix) => name.startsWith(prefix));
  const symlinks = new Map<string, string>();
  for (const name of await allNames(ports.fs, goJoin(home, LINK_DIR))) {
    const target = await readlinkOrUndefined(ports.fs, linkPath(home, name));
    if (target !== undefined) symlinks.set(name, target);
  }
  return {
    layers: names.filter((name) => isLayerId(name)),
    leftovers: everything.filter(isLeftover),
    symlinks,
  };
}

/** Makes `link` and its symlink agree; gives the link id, or undefined when neither is there. */
async function repairLink(
  context: DriverContext,
  id: string,
  symlinks: Map<string, string>,
): Promise<string | undefined> {
  const { fs, logger } = context.ports;
  const paths = layerPaths(context.home, id);
  const link = await readOrUndefined(fs, paths.link);
  if (link !== undefined && isLinkId(link)) {
    // A symlink that leads elsewhere is somebody's doing, and is the layer's all the same.
    if (symlinks.has(link)) return link;
    logger.log('info', `making the link of layer ${id} again`);
    await fs.symlink(linkTarget(id), linkPath(context.home, link));
    await syncDirectory(fs, goJoin(context.home, LINK_DIR));
    // Another layer may name it too, where somebody has written one's link into the other.
    symlinks.set(link, linkTarget(id));
    return link;
  }
  // Something else in the file is somebody's doing, not a crash's: that is not for us to mend.
  if (link !== undefined && link !== '') return undefined;
  const found = [...symlinks].find(([name, to]) => isLinkId(name) && to === linkTarget(id));
  if (found === undefined) return undefined;
  logger.log('info', `writing the link file of layer ${id} again`);
  if (link === '') await fs.unlink(paths.link);
  await writeSyncedFile(fs, paths.link, found[0], 0o644);
  await syncDirectory(fs, paths.dir);
  return found[0];
}

/** A symlink that no layer names but that leads to an existing `diff` may still be some lower. */
async function dropStraySymlinks(
  context: DriverContext,
  symlinks: ReadonlyMap<string, string>,
  links: ReadonlyMap<string, string>,
): Promise<void> {
  const { fs, logger } = context.ports;
  for (const [name] of symlinks) {
    if (!isLinkId(name) || links.has(name)) continue;
    const path = linkPath(context.home, name);
    if (await leadsSomewhere(fs, path)) continue;
    logger.log('info', `removing the stray link ${name}`);
    await fs.unlink(path);
  }
}

/** A layer that is somebody's direct parent is committed. */
async function repairCommitted(
  context: DriverContext,
  id: string,
  links: ReadonlyMap<string, string>,
): Promise<void> {
  const { fs, logger } = context.ports;
  const lower = await readLowerOrUndefined(context, id);
  const [first = ''] = (lower ?? '').split(':');
  const parent = links.get(first.slice(LINK_DIR.length + 1));
  if (parent === undefined) return;
  const { committed, dir } = layerPaths(context.home, parent);
  try {
    await fs.lstat(committed);
  } catch (error) {
    if (!isNotExist(error)) throw error;
    logger.log('info', `marking layer ${parent} committed`);
    await writeSyncedFile(fs, committed, '', 0o600);
    await syncDirectory(fs, dir);
  }
}

async function readLowerOrUndefined(
  context: DriverContext,
  id: string,
): Promise<string | undefined> {
  try {
    return await readLowerFile(context, id);
  } catch (error) {
    // A layer that cannot be read tells of it when it is used; it must not keep the rest away.
    if (error instanceof SyscallError) return undefined;
    throw error;
  }
}

async function readOrUndefined(fs: FileSystem, path: string): Promise<string | undefined> {
  try {
    return await readText(fs, path);
  } catch (error) {
    if (isNotExist(error)) return undefined;
    throw error;
  }
}

async function readlinkOrUndefined(fs: FileSystem, path: string): Promise<string | undefined> {
  try {
    return await fs.readlink(path);
  } catch (error) {
    if (isErrno(error, 'EINVAL')) return undefined;
    throw error;
  }
}

async function leadsSomewhere(fs: FileSystem, path: string): Promise<boolean> {
  try {
    await fs.stat(path);
    return true;
  } catch (error) {
    if (error instanceof SyscallError) return false;
    throw error;
  }
}

async function directoryNames(fs: FileSystem, path: string): Promise<string[]> {
  const root = await fs.openRoot(path);
  try {
    const names: string[] = [];
    for (const { name } of await root.getdents()) {
      const { mode } = await root.lstatat(name);
      if ((mode & FILE_TYPE.MASK) === FILE_TYPE.DIRECTORY) names.push(decodeUtf8(name));
    }
    return names.sort();
  } finally {
    await root.close();
  }
}

async function allNames(fs: FileSystem, path: string): Promise<string[]> {
  const root = await fs.openRoot(path);
  try {
    return (await root.getdents()).map((entry) => decodeUtf8(entry.name)).sort();
  } finally {
    await root.close();
  }
}
