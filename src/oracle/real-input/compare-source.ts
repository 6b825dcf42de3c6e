import { encodeByteText } from '../../domain/diffs/tar/byte-text.js';
import { FILE_TYPE } from '../../domain/host/file-type.js';
import type { Directory } from '../../ports/file-system.js';
import { baseName, parentPath } from './byte-text-path.js';
import { sortedNames } from './compare-merged.js';
import { Divergence, expectSame } from './divergence.js';
import { expectSameEntry, typeOf, viewEntry } from './entry-view.js';
import type { LayerPlan, PlannedEntry } from './layer-plan.js';

/**
 * States that a merged tree holds what the planned layers brought, and nothing else, each entry
 * compared with the host's file that it was made from.
 *
 * @param plans - lowest layer first.
 * @returns how many entries were compared.
 * @throws {@link Divergence} at the first that differs.
 * @internal
 */
export async function expectSameAsSource(
  host: Directory,
  plans: readonly LayerPlan[],
  merged: Directory,
): Promise<number> {
  const planned = new Map<string, PlannedEntry>();
  for (const plan of plans) for (const entry of plan.entries) planned.set(entry.path, entry);

  const inodes = new Map<string, bigint>();
  await compareDirectory(host, planned, merged, '', inodes);
  for (const path of planned.keys()) {
    if (!inodes.has(path)) throw new Divergence(`/${path}`, 'entry', 'present', 'absent');
  }
  for (const plan of plans) expectSameLinks(plan, planned, inodes);
  return inodes.size;
}

async function compareDirectory(
  host: Directory,
  planned: ReadonlyMap<string, PlannedEntry>,
  directory: Directory,
  path: string,
  inodes: Map<string, bigint>,
): Promise<void> {
  for (const [key, name] of await sortedNames(directory)) {
    const below = path === '' ? key : `${path}/${key}`;
    const entry = planned.get(below);
    if (entry === undefined) throw new Divergence(`/${below}`, 'entry', 'absent', 'present');

    const actual = await viewEntry(directory, name);
    const source = await host.resolve(encodeByteText(parentPath(entry.source)));
    try {
      const expected = await viewEntry(source, encodeByteText(baseName(entry.source)));
      await expectSameEntry(`/${below}`, expected, actual);
    } finally {
      await source.close();
    }
    inodes.set(below, actual.stat.ino);
    if (typeOf(actual) !== FILE_TYPE.DIRECTORY) continue;
    const inner = await directory.opendirat(name);
    try {
      await compareDirectory(host, planned, inner, below, inodes);
    } finally {
      await inner.close();
    }
  }
}

/** Names that were one file in the source are one file in the layer that brought them. */
function expectSameLinks(
  plan: LayerPlan,
  planned: ReadonlyMap<string, PlannedEntry>,
  inodes: ReadonlyMap<string, bigint>,
): void {
  const firstOf = new Map<string, string>();
  for (const entry of plan.entries) {
    const isLink = entry.stat.nlink > 1 && typeOf(entry) !== FILE_TYPE.DIRECTORY;
    if (!isLink || planned.get(entry.path) !== entry) continue;
    const inode = `${entry.stat.dev}:${entry.stat.ino}`;
    const first = firstOf.get(inode);
    if (first === undefined) firstOf.set(inode, entry.path);
    else {
      const [one, other] = [inodes.get(first), inodes.get(entry.path)];
      expectSame(`/${entry.path}`, `one file with /${first}`, one ?? 0n, other ?? 0n);
    }
  }
}
