import type { HomeView, LayerView } from '../commands/answer.js';
import { tellEntry, tellLink } from '../commands/observe-home.js';
import { FILE_TYPE } from '../../domain/host/file-type.js';
import { type HomePicture, tellStat } from '../faults/home-picture.js';
import { fromBase64, nameAsText } from './names.js';
import type { DumpEntry } from './tree-entries.js';
import { bytesOfText } from '../commands/byte-text.js';
import { decodeUtf8 } from '../../domain/utf8.js';

const TEXT_BYTES_MAX = 4096;
/** The quota's device node, which is there or not by the kernel's quotas. */
const BACKING_FS_DEVICE = 'backingFsBlockDev';
const TEXTS: readonly string[] = ['link', 'lower', 'committed', 'incomplete'];

/**
 * Gives what a home shows, as a look by path does, from what a testee has dumped of it.
 *
 * @internal
 */
export function homeOfDump(entries: readonly DumpEntry[]): HomeView {
  const byPath = new Map(entries.map((entry) => [nameAsText(entry.path), entry]));
  const children = childrenOf(byPath.keys());
  const links = new Map<string, string>();
  const strays: string[] = [];
  for (const id of isDirectory(byPath.get('l')) ? (children.get('l') ?? []) : []) {
    const target = byPath.get(`l/${id}`)?.target;
    if (target === undefined) strays.push(`l/${id}`);
    else links.set(id, nameAsText(target));
  }
  const layers: LayerView[] = [];
  for (const name of children.get('') ?? []) {
    if (name === BACKING_FS_DEVICE) continue;
    if (!isDirectory(byPath.get(name))) strays.push(name);
    else if (name !== 'l') layers.push(layerOf(name, byPath, children.get(name) ?? [], links));
  }
  layers.sort((a, b) => (a.id < b.id ? -1 : 1));
  return { layers, links: [...links.values()].sort(), strays: strays.sort() };
}

/**
 * Gives everything of a home that calls must leave as it is, from what a testee has dumped of it.
 *
 * @internal
 */
export function pictureOfDump(dumped: readonly DumpEntry[]): HomePicture {
  const view = homeOfDump(dumped);
  const layers = new Set(view.layers.map(({ id }) => id));
  const entries = new Map<string, string>();
  for (const entry of dumped) {
    const path = nameAsText(entry.path);
    const [id = '', part, below] = path.split('/', 3);
    if (!layers.has(id)) continue;
    if (part === undefined) entries.set(path, tellStat(statOf(entry)));
    else if (part === 'diff' && (below !== undefined || entry.type === 'directory')) {
      entries.set(below === undefined ? `${path}/` : path, tellWithoutSize(entry));
    } else if (part === 'diff' || (TEXTS.includes(part) && below === undefined)) {
      const text = textOf(entry);
      const stat = tellStat(statOf(entry));
      entries.set(path, text === undefined ? stat : `${stat} ${text}`);
    }
  }
  return { view, entries };
}

/** A directory's size tells of the file system below, not of what is in it. */
function tellWithoutSize(entry: DumpEntry): string {
  if (entry.type !== 'directory') return JSON.stringify(entry);
  const { size: _size, ...rest } = entry;
  return JSON.stringify(rest);
}

const TYPE_BITS: Readonly<Record<DumpEntry['type'], number>> = {
  file: FILE_TYPE.REGULAR,
  directory: FILE_TYPE.DIRECTORY,
  symlink: FILE_TYPE.SYMLINK,
  fifo: FILE_TYPE.FIFO,
  character: FILE_TYPE.CHARACTER,
  block: FILE_TYPE.BLOCK,
  socket: FILE_TYPE.SOCKET,
};

function statOf({ type, mode, uid, gid }: DumpEntry): Parameters<typeof tellStat>[0] {
  return { mode: mode | TYPE_BITS[type], uid, gid };
}

function layerOf(
  id: string,
  byPath: ReadonlyMap<string, DumpEntry>,
  names: readonly string[],
  links: ReadonlyMap<string, string>,
): LayerView {
  const link = textOf(byPath.get(`${id}/link`));
  const lower = textOf(byPath.get(`${id}/lower`));
  return {
    id,
    names: [...names].sort(),
    ...(link === undefined ? {} : { link: tellLink(link, links) }),
    ...(lower === undefined
      ? {}
      : { lower: lower.split(':').map((part) => tellEntry(part, links)) }),
    mounted: byPath.get(`${id}/merged`)?.mounted === true,
  };
}

/** Gives the names in each directory. */
function childrenOf(paths: Iterable<string>): ReadonlyMap<string, readonly string[]> {
  const children = new Map<string, string[]>();
  for (const path of paths) {
    if (path === '') continue;
    const cut = path.lastIndexOf('/');
    const parent = path.slice(0, Math.max(cut, 0));
    const siblings = children.get(parent);
    const name = path.slice(cut + 1);
    if (siblings === undefined) children.set(parent, [name]);
    else siblings.push(name);
  }
  return children;
}

function isDirectory(entry: DumpEntry | undefined): boolean {
  return entry?.type === 'directory';
}

function textOf(entry: DumpEntry | undefined): string | undefined {
  if (entry?.content === undefined) return undefined;
  return decodeUtf8(bytesOfText(fromBase64(entry.content).slice(0, TEXT_BYTES_MAX)));
}
