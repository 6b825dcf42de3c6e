import type { ArchivedEntry, TreeEntry, Value } from '../commands/answer.js';
import type { ByteText } from '../commands/operation.js';
import { type Item, visit, type Written } from './archive.js';
import { type Change, compareTrees } from './compare.js';
import type { Node, Time, Xattrs } from './tree.js';
import { rootOf, type Union } from './union.js';

/** Compares what an operation gave with what trees hold; each gives what was expected instead. */

const PRIVATE = /^(trusted\.overlay\.|system\.|security\.selinux)/;

/** Compares a look at a tree. */
export function matchTree(union: Union, value: Value): string | undefined {
  if (value.kind !== 'tree') return 'a tree';
  const actual = new Map(value.entries.map((entry) => [entry.path, entry]));
  const { found } = rootOf(union);
  const first = new Map<Node, ByteText>();
  let count = 0;
  let wrong: string | undefined;
  const see = (path: ByteText, node: Node): void => {
    count += 1;
    if (wrong !== undefined) return;
    const entry = actual.get(path);
    if (entry === undefined) wrong = `${path} is missing`;
    else wrong = matchEntry(path, node, entry) ?? matchLink(path, node, entry, first, actual);
  };
  see('', found.node);
  visit(union, found, '', (path, { node }) => see(path, node));
  return wrong ?? (count === actual.size ? undefined : surplus(union, actual));
}

function surplus(union: Union, actual: ReadonlyMap<ByteText, TreeEntry>): string {
  const expected = new Set(['']);
  visit(union, rootOf(union).found, '', (path) => expected.add(path));
  return `${[...actual.keys()].find((path) => !expected.has(path)) ?? ''} is not there`;
}

/** Whoever names one of the names of a file as its first names the same one for all of them. */
function matchLink(
  path: ByteText,
  node: Node,
  { linkOf = path }: TreeEntry,
  first: Map<Node, ByteText>,
  actual: ReadonlyMap<ByteText, TreeEntry>,
): string | undefined {
  const known = first.get(node);
  if (known === undefined) first.set(node, linkOf);
  if (known === undefined ? linkOf === path || actual.has(linkOf) : known === linkOf)
    return undefined;
  return `${path} is the same file as ${known ?? path}`;
}

type Shown = Omit<TreeEntry, 'path' | 'linkOf'>;

function matchEntry(path: ByteText, node: Node, entry: Shown): string | undefined {
  if (entry.type !== node.type) return `${path} is a ${node.type}`;
  if ((entry.mode & 0o7777) !== node.mode) return `${path} has the mode ${node.mode.toString(8)}`;
  if (entry.uid !== node.uid || entry.gid !== node.gid) {
    return `${path} belongs to ${node.uid}:${node.gid}`;
  }
  if (!isTime(node.time, entry)) return `${path} is of ${node.time.moment?.join('.') ?? ''}`;
  if (node.type === 'file' && entry.content !== node.content)
    return `${path} holds ${node.content}`;
  if (node.type === 'symlink' && entry.target !== node.target) return `${path} -> ${node.target}`;
  return matchDevice(path, node, entry) ?? matchXattrs(path, node.xattrs, entry);
}

function isTime({ moment }: Time, { mtime }: Shown): boolean {
  return moment === undefined || (moment[0] === mtime[0] && moment[1] === mtime[1]);
}

function matchDevice(
  path: ByteText,
  { type, device }: Pick<Node, 'type' | 'device'>,
  { device: actual }: Shown,
): string | undefined {
  if (type !== 'character' && type !== 'block') return undefined;
  if (actual?.[0] === device[0] && actual[1] === device[1]) return undefined;
  return `${path} is the device ${device.join(':')}`;
}

function matchXattrs(
  path: ByteText,
  xattrs: Xattrs | undefined,
  { xattrs: actual = {} }: Shown,
): string | undefined {
  let count = 0;
  for (const [name, value] of xattrs ?? []) {
    if (PRIVATE.test(name) || value === '') continue;
    count += 1;
    if (actual[name] !== value) return `${path} has the attribute ${name}`;
  }
  return Object.keys(actual).length === count ? undefined : `${path} has ${count} attributes`;
}

/** Compares an archive, entry by entry in its order. */
export function matchArchive(items: readonly Item[], value: Value): string | undefined {
  if (value.kind !== 'archive') return 'an archive';
  const { entries } = value;
  for (const [index, item] of items.entries()) {
    const entry = entries[index];
    const wrong = entry === undefined ? `${item.name} is missing` : matchItem(item, entry);
    if (wrong !== undefined) return wrong;
  }
  return entries.length === items.length
    ? undefined
    : `nothing after ${items.length} entries, ${entries[items.length]?.name ?? ''}`;
}

function matchItem(item: Item, entry: ArchivedEntry): string | undefined {
  const { name, link } = item;
  if (bare(entry.name) !== bare(name)) return `${name} comes before ${entry.name}`;
  if ((entry.link ?? '') !== (link ?? '')) return `${name} is a link to ${link ?? 'nothing'}`;
  if ((entry.mode & 0o7777) !== item.mode) return `${name} has the mode ${item.mode.toString(8)}`;
  if (entry.uid !== item.uid || entry.gid !== item.gid) return `${name} is of ${item.uid}`;
  if (!isTime(item.time, entry)) return `${name} is of ${item.time.moment?.join('.') ?? ''}`;
  if (item.type === 'link') return undefined;
  if (entry.type !== item.type) return `${name} is a ${item.type}`;
  if (item.type === 'file' && (entry.content ?? '') !== item.content) return `${name} holds else`;
  if (item.type === 'symlink' && entry.target !== item.target) return `${name} -> ${item.target}`;
  const device = matchDevice(name, { type: item.type, device: item.device }, entry);
  return device ?? matchXattrs(name, item.xattrs, entry);
}

function bare(name: ByteText): ByteText {
  return name.endsWith('/') ? name.slice(0, -1) : name;
}

/** Compares an archive of differences; files of which nobody knows may be in it or not. */
export function matchDifferences(
  written: (maybe: (path: ByteText) => boolean) => Written,
  value: Value,
): string | undefined {
  if (value.kind !== 'archive') return 'an archive';
  const told = new Set(value.entries.map(({ name }) => bare(name)));
  const items = written((path) => told.has(path));
  if (items === 'reserved-name') return items;
  const [first] = items;
  // Whether a root that is told of comes with differences too is left open.
  const hasRoot = value.entries[0]?.name === './' && first?.name !== './';
  return matchArchive(items, hasRoot ? { ...value, entries: value.entries.slice(1) } : value);
}

/** Compares a list of changes, in any order. */
export function matchChanges(
  old: Union | undefined,
  now: Union,
  strict: boolean,
  value: Value,
): string | undefined {
  if (value.kind !== 'changes') return 'changes';
  const actual = new Set(value.changes);
  const maybe = (path: ByteText): boolean => actual.has(`C /${path}`);
  const expected = compareTrees(old, now, { strict, maybe }).map(tell);
  const isSame = expected.length === value.changes.length && expected.every((it) => actual.has(it));
  return isSame ? undefined : expected.sort().join(', ') || 'no changes';
}

function tell({ kind, path }: Change): string {
  return `${kind} /${path}`;
}
