import { FILE_TYPE } from '../../domain/host/file-type.js';
import { decodeByteText } from '../../domain/diffs/tar/byte-text.js';
import { compareBytes } from '../../domain/utf8.js';
import type { Directory } from '../../ports/file-system.js';
import { Divergence, expectSame } from './divergence.js';
import { expectSameEntry, typeOf, viewEntry, type EntryView } from './entry-view.js';

/**
 * States that two trees are equal, entry by entry. The roots themselves are not compared: no diff
 * carries them.
 *
 * @param links - whether names of one file have to be names of one file in the other tree, too.
 * @returns how many entries were compared.
 * @throws {@link Divergence} at the first that differs.
 * @internal
 */
export async function expectSameTree(
  expected: Directory,
  actual: Directory,
  { links }: { readonly links: boolean },
): Promise<number> {
  const linkGroups = new LinkGroups();
  const compared = await compareDirectories('', expected, actual, linkGroups);
  if (links) linkGroups.expectSameGroups();
  return compared;
}

async function compareDirectories(
  path: string,
  expected: Directory,
  actual: Directory,
  links: LinkGroups,
): Promise<number> {
  const [wanted, found] = [await sortedNames(expected), await sortedNames(actual)];
  let compared = 0;
  for (const [key, name] of wanted) {
    const subject = `${path}/${key}`;
    if (!found.has(key)) throw new Divergence(subject, 'entry', 'present', 'absent');
    const pair = [await viewEntry(expected, name), await viewEntry(actual, name)] as const;
    await expectSameEntry(subject, ...pair);
    links.add(subject, ...pair);
    compared += 1;
    if (typeOf(pair[0]) === FILE_TYPE.DIRECTORY) {
      compared += await descend(subject, expected, actual, name, links);
    }
  }
  for (const key of found.keys()) {
    if (!wanted.has(key)) throw new Divergence(`${path}/${key}`, 'entry', 'absent', 'present');
  }
  return compared;
}

async function descend(
  path: string,
  expected: Directory,
  actual: Directory,
  name: Uint8Array,
  links: LinkGroups,
): Promise<number> {
  const below = await expected.opendirat(name);
  try {
    const other = await actual.opendirat(name);
    try {
      return await compareDirectories(path, below, other, links);
    } finally {
      await other.close();
    }
  } finally {
    await below.close();
  }
}

/**
 * Names of a directory in byte order, by their text.
 *
 * @internal
 */
export async function sortedNames(directory: Directory): Promise<Map<string, Uint8Array>> {
  const names = (await directory.getdents()).map((entry) => entry.name).sort(compareBytes);
  return new Map(names.map((name) => [decodeByteText(name), name]));
}

/** Which names of one tree share an inode has to be the same in the other. */
class LinkGroups {
  readonly #expected = new Map<bigint, string[]>();
  readonly #actual = new Map<bigint, string[]>();

  add(path: string, expected: EntryView, actual: EntryView): void {
    if (typeOf(expected) === FILE_TYPE.DIRECTORY) return;
    if (expected.stat.nlink > 1) remember(this.#expected, expected.stat.ino, path);
    if (actual.stat.nlink > 1) remember(this.#actual, actual.stat.ino, path);
  }

  expectSameGroups(): void {
    const [wanted, found] = [groups(this.#expected), groups(this.#actual)];
    for (const [path, group] of wanted) {
      expectSame(path, 'names of one file', group, found.get(path) ?? path);
    }
    for (const [path, group] of found) {
      expectSame(path, 'names of one file', wanted.get(path) ?? path, group);
    }
  }
}

function remember(map: Map<bigint, string[]>, ino: bigint, path: string): void {
  const paths = map.get(ino);
  if (paths === undefined) map.set(ino, [path]);
  else paths.push(path);
}

/** Groups of two names or more, by their first name. */
function groups(map: Map<bigint, string[]>): Map<string, string> {
  const told = new Map<string, string>();
  for (const paths of map.values()) {
    const [first] = paths;
    if (first !== undefined && paths.length > 1) told.set(first, paths.join(' '));
  }
  return told;
}
