import type { Change, ChangeRules } from '../../domain/diffs/change.js';
import { treeChanges, type TreeEntry } from '../../domain/diffs/tree-changes.js';
import { isNotExist } from '../../domain/errors.js';
import type { FileStat } from '../../domain/host/file-stat.js';
import { compareBytes } from '../../domain/utf8.js';
import type { Directory, DirectoryEntry } from '../../ports/file-system.js';
import type { Pacer } from './pacer.js';
import { isDirectory } from './confined-tree.js';
import { type AttributeSource, capabilityOf } from './entry-attributes-of.js';

/** One entry being collected; its children follow. */
interface Collected extends TreeEntry {
  readonly children: Collected[];
  capability: Uint8Array | undefined;
}

/** A directory of one of the trees; its device decides whether inode numbers can be compared. */
interface Side {
  readonly directory: Directory;
  readonly dev: bigint;
  readonly into: Collected[];
}

/** What a name is in one of the trees. */
interface Found {
  readonly side: Side;
  readonly stat: FileStat;
  readonly entry: Collected;
}

/**
 * A tree to be compared.
 *
 * @internal
 */
export interface ComparedTree {
  readonly stat: FileStat;
  /** Undefined where the path is no directory: such a tree is empty. Stays open. */
  readonly directory: Directory | undefined;
}

/**
 * Compares two trees by what `stat` tells of their files; content is not read. Two names with the
 * same inode number below directories of the same device are one file, and are passed over with
 * all that is below them.
 *
 * @param before - undefined counts as an empty directory.
 * @returns changes, parents before children.
 * @source moby pkg/archive/changes_linux.go collectFileInfoForChanges
 * @internal
 */
export async function compareTrees(
  before: ComparedTree | undefined,
  after: ComparedTree,
  rules: ChangeRules,
  pacer: Pacer,
): Promise<readonly Change[]> {
  const oldRoot = entryOf(new Uint8Array(0), (before ?? after).stat);
  const newRoot = entryOf(new Uint8Array(0), after.stat);
  await collect(before && sideOf(before, oldRoot), sideOf(after, newRoot), pacer);
  return treeChanges(oldRoot, newRoot, rules);
}

function sideOf({ stat, directory }: ComparedTree, entry: Collected): Side | undefined {
  return directory && { directory, dev: stat.dev, into: entry.children };
}

function entryOf(name: Uint8Array, stat: FileStat): Collected {
  return { name, stat, capability: undefined, children: [] };
}

async function collect(
  before: Side | undefined,
  after: Side | undefined,
  pacer: Pacer,
): Promise<void> {
  for (const name of mergedNames(before, after, await listed(before), await listed(after))) {
    const old = await find(before, name);
    const now = await find(after, name);
    if (old !== undefined && now !== undefined) await readCapabilities(old, now);
    await descend(old, now, pacer);
    if (pacer.isDue()) await pacer.rest();
  }
}

async function listed(side: Side | undefined): Promise<readonly DirectoryEntry[]> {
  if (side === undefined) return [];
  const entries = [...(await side.directory.getdents())];
  return entries.sort((a, b) => compareBytes(a.name, b.name));
}

/** The names of both sides in byte order, without those that are the same file on both. */
function mergedNames(
  before: Side | undefined,
  after: Side | undefined,
  old: readonly DirectoryEntry[],
  now: readonly DirectoryEntry[],
): Uint8Array[] {
  const isSameDevice = before?.dev === after?.dev;
  const names: Uint8Array[] = [];
  let [atOld, atNow] = [0, 0];
  for (;;) {
    const [a, b] = [old[atOld], now[atNow]];
    if (a === undefined && b === undefined) return names;
    const order = a === undefined ? 1 : b === undefined ? -1 : compareBytes(a.name, b.name);
    if (order <= 0) atOld += 1;
    if (order >= 0) atNow += 1;
    if (order === 0 && isSameDevice && a?.ino === b?.ino) continue;
    names.push(((order <= 0 ? a : b) as DirectoryEntry).name);
  }
}

/** What has vanished since it was listed is not there. */
async function find(side: Side | undefined, name: Uint8Array): Promise<Found | undefined> {
  if (side === undefined) return undefined;
  try {
    const stat = await side.directory.lstatat(name);
    const entry = entryOf(name, stat);
    side.into.push(entry);
    return { side, stat, entry };
  } catch (error) {
    if (isNotExist(error)) return undefined;
    throw error;
  }
}

/** Capabilities only tell where everything else is the same, so they are read only there. */
async function readCapabilities(old: Found, now: Found): Promise<void> {
  const [a, b] = [old.stat, now.stat];
  if (a.mode !== b.mode || a.uid !== b.uid || a.gid !== b.gid) return;
  old.entry.capability = await capabilityOf(sourceOf(old));
  now.entry.capability = await capabilityOf(sourceOf(now));
}

function sourceOf({ side, entry }: Found): AttributeSource {
  return { directory: side.directory, name: entry.name, opened: undefined };
}

async function descend(
  old: Found | undefined,
  now: Found | undefined,
  pacer: Pacer,
): Promise<void> {
  // What is gone is named by its top alone.
  if (now === undefined) return;
  const before = await enter(old);
  try {
    const after = await enter(now);
    try {
      if (before !== undefined || after !== undefined) await collect(before, after, pacer);
    } finally {
      await after?.directory.close();
    }
  } finally {
    await before?.directory.close();
  }
}

async function enter(found: Found | undefined): Promise<Side | undefined> {
  if (found === undefined || !isDirectory(found.stat)) return undefined;
  const directory = await found.side.directory.opendirat(found.entry.name);
  return { directory, dev: found.stat.dev, into: found.entry.children };
}
