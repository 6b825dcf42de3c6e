import type { ArchiveEntry, ByteText } from '../commands/operation.js';
import { isWhiteout, newNode, type Node, sizeOf, type Time, type Xattrs } from './tree.js';
import { type Found, list, look, rootOf, type Union } from './union.js';

/** One entry of an archive, that was written or is to be read. */
export interface Item {
  readonly name: ByteText;
  readonly type: Node['type'] | 'link';
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly time: Time;
  readonly content: ByteText;
  readonly target: ByteText;
  readonly device: readonly [number, number];
  readonly xattrs: Xattrs | undefined;
  /** The link name; of a whiteout too, QUIRK: Q-34. */
  readonly link?: ByteText;
}

/** When an entry without a time of its own was last modified. */
const DEFAULT_TIME: Time = { moment: [1_569_290_278, 0] };
const NO_DEVICE = [0, 0] as const;
const EPOCH: Time = { moment: [0, 0] };
const CAPABILITY = 'security.capability';
/** The name of the entry that makes its directory opaque. */
export const OPAQUE = '.wh..wh..opq';
/** Begins the name of an entry that takes something away. */
export const WHITEOUT = '.wh.';

/** Takes an archive as an operation brings it. */
export function itemsOf(archive: readonly ArchiveEntry[]): Item[] {
  return archive.map((entry) => ({
    // Tar tells a directory by the slash at its end, and nothing else may have one.
    name: withSlash(entry),
    type: entry.type,
    mode: entry.mode & 0o7777,
    uid: entry.uid ?? 0,
    gid: entry.gid ?? 0,
    time: timeOf(entry),
    content: entry.type === 'file' ? (entry.content ?? '') : '',
    target: entry.target ?? '',
    device: entry.major === undefined ? NO_DEVICE : [entry.major, entry.minor ?? 0],
    xattrs: entry.xattrs === undefined ? undefined : new Map(Object.entries(entry.xattrs)),
  }));
}

function withSlash({ name, type }: ArchiveEntry): ByteText {
  const bare = name.endsWith('/') ? name.replace(/\/+$/, '') : name;
  return type === 'directory' ? `${bare}/` : bare;
}

function timeOf({ mtime }: ArchiveEntry): Time {
  if (mtime === undefined) return DEFAULT_TIME;
  return mtime[0] < 0 ? EPOCH : { moment: mtime };
}

/** What a driver writes: the items in order, or that a name is reserved for whiteouts. */
export type Written = readonly Item[] | 'reserved-name';

/** Gives the items, where there are any. */
export function listOf(written: Written): readonly Item[] | undefined {
  return written === 'reserved-name' ? undefined : written;
}

/** Writes archives of trees: reference, sections 17 and 19.4. */
export class ArchiveWriter {
  readonly items: Item[] = [];
  isRefused = false;
  readonly #strict: boolean;
  readonly #carries: (name: string) => boolean;
  readonly #first = new Map<Node, ByteText>();

  /** @param carries - which attributes it writes; QUIRK: Q-31: a capability alone. */
  constructor(strict: boolean, carries = (name: string) => name === CAPABILITY || strict) {
    this.#strict = strict;
    this.#carries = carries;
  }

  get written(): Written {
    return this.isRefused ? 'reserved-name' : this.items;
  }

  /** Adds a file, but a socket, for which there is no form. */
  add(path: ByteText, node: Node): void {
    this.#check(path);
    if (node.type === 'socket') return;
    const { type, mode, uid, gid, target, device, time } = node;
    const whole = { type, mode, uid, gid, target, device, time: inSeconds(time) };
    const name = type === 'directory' ? `${path}/` : path;
    const link = type === 'directory' ? undefined : this.#first.get(node);
    const content = link === undefined ? node.content : '';
    const item = { ...whole, name, content, xattrs: this.#carried(node) };
    this.items.push(link === undefined ? item : { ...item, type: 'link', target: link, link });
    if (link === undefined) this.#first.set(node, path);
  }

  /** Adds what says that a name is gone; QUIRK: as it is on disk. */
  addWhiteout(path: ByteText, mode: number, node?: Node): void {
    this.#check(path);
    const [directory, name] = cut(path);
    const isAsOnDisk = node !== undefined && !this.#strict;
    const link = isAsOnDisk ? this.#first.get(node) : undefined;
    if (node !== undefined && link === undefined) this.#first.set(node, path);
    const owner = isAsOnDisk ? { uid: node.uid, gid: node.gid } : {};
    const xattrs = node === undefined ? undefined : this.#carried(node);
    const whole = { ...itemOf(newNode('file', mode)), ...owner, xattrs };
    const item = { ...whole, name: directory + WHITEOUT + name };
    this.items.push(link === undefined ? item : { ...item, link });
  }

  addOpaque(path: ByteText, { mode, uid, gid }: Node): void {
    const item = itemOf(newNode('file', mode & 0o777));
    this.items.push({ ...item, uid, gid, name: `${path}/${OPAQUE}` });
  }

  /** QUIRK: Q-29: the seed never tells what its root is like. */
  addRoot(node: Node): void {
    if (!this.#strict || isUsualRoot(node)) return;
    const xattrs = this.#carried(node);
    this.items.push({
      ...itemOf(node),
      time: inSeconds(node.time),
      content: '',
      name: './',
      xattrs,
    });
  }

  /** QUIRK. */
  #check(path: ByteText): void {
    if (this.#strict && cut(path)[1].startsWith(WHITEOUT)) this.isRefused = true;
  }

  #carried({ xattrs }: Node): Xattrs | undefined {
    if (xattrs === undefined) return undefined;
    const rows = [...xattrs].filter(([name]) => this.#carries(name));
    return rows.length === 0 ? undefined : new Map(rows);
  }
}

function itemOf({ type, mode, uid, gid, content, target, device, xattrs, time }: Node): Item {
  return { name: '', type, mode, uid, gid, content, target, device, xattrs, time };
}

function inSeconds(time: Time): Time {
  return time.moment === undefined ? time : { moment: [time.moment[0], 0] };
}

function cut(path: ByteText): [directory: ByteText, name: ByteText] {
  const at = path.lastIndexOf('/') + 1;
  return [path.slice(0, at), path.slice(at)];
}

/** Tells whether an archive of everything would tell what the root is like. */
export function isRootTold(union: Union, strict: boolean): boolean {
  return strict && !isUsualRoot(rootOf(union).found.node);
}

function isUsualRoot({ mode, uid, gid }: Node): boolean {
  return mode === 0o755 && uid === 0 && gid === 0;
}

/** Writes a layer as it lies: reference, section 17. */
export function writeLayer(root: Node, strict: boolean): Written {
  const writer = new ArchiveWriter(strict);
  writer.addRoot(root);
  const walk = (node: Node, prefix: ByteText): void => {
    for (const [name, child] of [...(node.children ?? [])].sort(byName)) {
      const path = prefix + name;
      if (isWhiteout(child)) writer.addWhiteout(path, 0o600, child);
      else writer.add(path, child);
      if (child.children === undefined) continue;
      if (child.opaque) writer.addOpaque(path, child);
      walk(child, `${path}/`);
    }
  };
  walk(root, '');
  return writer.written;
}

/** Orders names and what they name by the names. */
export function byName([a]: readonly [ByteText, Node], [b]: readonly [ByteText, Node]): number {
  return a < b ? -1 : 1;
}

/** Visits what shows below a directory, directories before what they hold. */
export function visit(
  union: Union,
  found: Found,
  prefix: ByteText,
  see: (path: ByteText, found: Found) => void,
): void {
  for (const name of list(union, found)) {
    const child = look(union, found, name);
    if (child === undefined) continue;
    see(prefix + name, child);
    if (child.node.children !== undefined) visit(union, child, `${prefix}${name}/`, see);
  }
}

/** Writes everything that a tree shows. */
export function writeWhole(union: Union, strict: boolean): Written {
  const writer = new ArchiveWriter(strict);
  const { found } = rootOf(union);
  writer.addRoot(found.node);
  visit(union, found, '', (path, { node }) => writer.add(path, node));
  return writer.written;
}

/** Sums the sizes of files, each of them once, in bytes: reference, section 21. */
export function layerSize(root: Node): number {
  const files = new Set<Node>();
  const walk = (node: Node): void => {
    for (const child of node.children?.values() ?? []) {
      if (child.children === undefined) files.add(child);
      else walk(child);
    }
  };
  walk(root);
  return sumSizes(files);
}

/** Sums the sizes of some files, in bytes. */
function sumSizes(files: Iterable<Node>): number {
  let sum = 0;
  for (const file of files) sum += sizeOf(file);
  return sum;
}
