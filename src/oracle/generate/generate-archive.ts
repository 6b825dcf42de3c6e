import type { ArchiveEntry } from '../commands/operation.js';
import {
  CAPABILITY,
  COMMON_WHITEOUTS,
  CONTENTS,
  FILE_NAMES,
  MODES,
  MOMENTS,
  TARGETS,
  WHITEOUT_NAMES,
} from './alphabet.js';
import type { SeededRandom } from './random.js';

const ENTRIES_MAX = 7;
const OWNERS: readonly number[] = [0, 1, 1000];

const KINDS: readonly (readonly [weight: number, kind: ArchiveEntry['type'] | 'whiteout'])[] = [
  [34, 'file'],
  [24, 'directory'],
  [18, 'whiteout'],
  [7, 'symlink'],
  [7, 'link'],
  [3, 'fifo'],
  [3, 'character'],
  [2, 'block'],
];

/** Forms of a name that mean the same place, or one outside of the tree. */
const FORMS: readonly (readonly [weight: number, form: (name: string) => string])[] = [
  [80, (name) => name],
  [8, (name) => `./${name}`],
  [4, (name) => `/${name}`],
  [3, (name) => `../${name}`],
  [3, (name) => `d/../${name}`],
];

const ATTRIBUTES: readonly Readonly<Record<string, string>>[] = [
  { 'security.capability': CAPABILITY },
  { 'user.k': 'v' },
  { 'trusted.k': 'w' },
  { 'trusted.overlay.opaque': 'y' },
];

/**
 * Makes an archive: files and directories up to three deep, whiteouts in every form and order,
 * links to what is there and what is not, names that lead out.
 *
 * @param paths - what the tree may have below; new paths are added.
 * @param form - `rich` has more owners, attributes, hard links and whiteouts of the usual names, as
 *   the layers of images do.
 * @internal
 */
export function generateArchive(
  random: SeededRandom,
  paths: Set<string>,
  form: 'plain' | 'rich' = 'plain',
): readonly ArchiveEntry[] {
  const entries: ArchiveEntry[] = [];
  const count = random.percent(6) ? 0 : random.between(1, ENTRIES_MAX);
  for (let i = 0; i < count; i++) {
    const entry = generateEntry(random, entries, SHARES[form]);
    entries.push(entry);
    if (entry.type === 'directory') paths.add(`${entry.name}/`);
    else if (!entry.name.includes('.wh.')) paths.add(entry.name);
  }
  return entries;
}

/** How many of a hundred entries have an owner and so on, are usual whiteouts, or one link more. */
const SHARES = {
  plain: { owner: 20, mtime: 30, xattrs: 6, common: 0, link: 0 },
  rich: { owner: 40, mtime: 30, xattrs: 25, common: 60, link: 8 },
} as const;

function generateEntry(
  random: SeededRandom,
  before: readonly ArchiveEntry[],
  shares: (typeof SHARES)[keyof typeof SHARES],
): ArchiveEntry {
  const kind = random.percent(shares.link) ? 'link' : random.weighted(KINDS);
  const place = directoryFor(random, before);
  if (kind === 'whiteout') {
    const names = random.percent(shares.common) ? COMMON_WHITEOUTS : WHITEOUT_NAMES;
    return { name: place + random.pick(names), type: 'file', mode: 0o600 };
  }
  const name = random.percent(2) ? './' : random.weighted(FORMS)(place + random.pick(FILE_NAMES));
  const entry: ArchiveEntry = {
    name,
    type: kind,
    mode: random.pick(MODES),
    ...(random.percent(shares.owner) ? { uid: random.pick(OWNERS), gid: random.pick(OWNERS) } : {}),
    ...(random.percent(shares.mtime) ? { mtime: random.pick(MOMENTS) } : {}),
    ...(random.percent(shares.xattrs) ? { xattrs: random.pick(ATTRIBUTES) } : {}),
  };
  switch (kind) {
    case 'file':
      return { ...entry, content: random.pick(CONTENTS) };
    case 'symlink':
      return { ...entry, target: random.pick(TARGETS) };
    case 'link': {
      const files = before.filter(({ type }) => type !== 'directory');
      const missing = files.length === 0 || random.percent(15);
      return { ...entry, target: missing ? 'd/ghost' : random.pick(files).name };
    }
    case 'character':
      return { ...entry, major: 1, minor: 3 };
    case 'block':
      return { ...entry, major: 7, minor: 0 };
    case 'directory':
    case 'fifo':
    case 'socket':
      return entry;
  }
}

/** A directory that the archive has brought, the root, or one that nobody has made. */
function directoryFor(random: SeededRandom, before: readonly ArchiveEntry[]): string {
  const share = random.below(100);
  if (share < 40) return '';
  if (share < 50) return `${random.pick(FILE_NAMES)}/`;
  if (share < 55) return beyondSymlink(random, before);
  const directories = before.filter(({ type }) => type === 'directory');
  if (directories.length === 0) return '';
  const { name } = random.pick(directories);
  return name.endsWith('/') ? name : `${name}/`;
}

/** Directories that the archive does not bring, where it can below a symlink that it does bring. */
function beyondSymlink(random: SeededRandom, before: readonly ArchiveEntry[]): string {
  const symlinks = before.filter(({ type }) => type === 'symlink');
  const first = symlinks.length === 0 ? random.pick(FILE_NAMES) : random.pick(symlinks).name;
  return random.percent(50) ? `${first}/` : `${first}/${random.pick(FILE_NAMES)}/`;
}
