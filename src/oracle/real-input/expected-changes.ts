import { isErrno } from '../../domain/errors.js';
import { FILE_TYPE } from '../../domain/host/file-type.js';
import type { Timestamp } from '../../domain/host/file-stat.js';
import { equalBytes } from '../../domain/utf8.js';
import type { Directory } from '../../ports/file-system.js';
import { sortedNames } from './compare-merged.js';
import { typeOf, viewEntry, type EntryView } from './entry-view.js';

/**
 * Tells what changed between two merged trees, as a reader of `docker diff` would put it: what is
 * gone (`D`, the topmost path alone), what is new (`A`), what is changed, and each directory on
 * the way to a change (`C`). Written for the check alone, so that it can contradict the driver.
 *
 * @returns lines such as `C /etc`, sorted.
 * @internal
 */
export async function expectedChanges(before: Directory, after: Directory): Promise<string[]> {
  const lines: string[] = [];
  await compare('', before, after, lines);
  return lines.sort();
}

/** Gives whether anything below changed. */
async function compare(
  path: string,
  before: Directory | undefined,
  after: Directory,
  lines: string[],
): Promise<boolean> {
  const old = before === undefined ? new Map<string, Uint8Array>() : await sortedNames(before);
  const now = await sortedNames(after);
  const count = lines.length;
  for (const [key, name] of now) {
    const earlier =
      old.has(key) && before !== undefined ? await viewEntry(before, name) : undefined;
    await compareEntry(`${path}/${key}`, earlier, await viewEntry(after, name), lines);
  }
  for (const key of old.keys()) if (!now.has(key)) lines.push(`D ${path}/${key}`);
  return lines.length > count;
}

async function compareEntry(
  path: string,
  before: EntryView | undefined,
  after: EntryView,
  lines: string[],
): Promise<void> {
  let changedBelow = false;
  if (typeOf(after) === FILE_TYPE.DIRECTORY) {
    const wasDirectory = before !== undefined && typeOf(before) === FILE_TYPE.DIRECTORY;
    const old = wasDirectory ? await before.directory.opendirat(before.name) : undefined;
    const now = await after.directory.opendirat(after.name);
    try {
      changedBelow = await compare(path, old, now, lines);
    } finally {
      await now.close();
      await old?.close();
    }
  }
  if (before === undefined) lines.push(`A ${path}`);
  else if (changedBelow || (await isChanged(before, after))) lines.push(`C ${path}`);
}

async function isChanged(before: EntryView, after: EntryView): Promise<boolean> {
  const [a, b] = [before.stat, after.stat];
  if (a.mode !== b.mode || a.uid !== b.uid || a.gid !== b.gid) return true;
  if (a.rdevMajor !== b.rdevMajor || a.rdevMinor !== b.rdevMinor) return true;
  if (typeOf(after) !== FILE_TYPE.DIRECTORY) {
    if (a.size !== b.size || !isSameMoment(a.mtime, b.mtime)) return true;
  }
  return !equalBytes(await capabilityOf(before), await capabilityOf(after));
}

/** Archives hold whole seconds, so a time without a fraction equals any within its second. */
function isSameMoment(a: Timestamp, b: Timestamp): boolean {
  const isWhole = a.nanoseconds === 0 || b.nanoseconds === 0;
  return a.seconds === b.seconds && (isWhole || a.nanoseconds === b.nanoseconds);
}

async function capabilityOf({ directory, name }: EntryView): Promise<Uint8Array> {
  try {
    return await directory.lgetxattrat(name, 'security.capability');
  } catch (error) {
    if (isErrno(error, 'ENODATA', 'ENOTSUP')) return new Uint8Array(0);
    throw error;
  }
}
