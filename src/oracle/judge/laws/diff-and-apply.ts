import type { TreeEntry } from '../../commands/answer.js';
import type { ProfileName } from '../../../domain/profiles/profile.js';
import type { LayerLaw } from './layer-law.js';
import { findHidden, indexTree } from './tree-change.js';
import { hasReservedNames, hasTypes, hasWhiteouts } from './tree-kinds.js';

/** Invariant 6: what is exported and imported again shows the same. */
export const DIFF_AND_APPLY: LayerLaw = {
  name: 'diff-and-apply',
  says:
    'the diff of a layer, applied to another child of its parent, shows what the layer shows: ' +
    'native diffs and naive ones, applied natively and naively',
  profiles: ['moby-2019', 'moby-20.10', 'strict'],
  holdsFor:
    'layers that can be mounted, without sockets, names that begin with `.wh.` and whiteouts ' +
    'that nothing hides, as a base layer may have, in homes that ' +
    'nobody else has changed; naive diffs also without changes that sizes and times hide',
  exceptions: [
    'Q-29: moby-2019 exports no root, strict none whose mode and owner are the usual ones',
    'Q-30: sockets are left out of archives',
    'Q-31: moby-2019 exports no attributes beside capabilities',
    'Q-35, Q-43: names of whiteouts',
    'Q-42: moby-2019 compares no block devices',
    'what is applied over a directory takes no attributes away',
    'times are whole seconds in archives, and hard links may be split',
  ],
  judge({ profile, id, parent, before, after, own, applied }) {
    const trees = [before, after];
    if (hasReservedNames(trees) || hasTypes(trees, 'socket')) return undefined;
    if (hasWhiteouts(trees) || (parent === '' && hasWhiteouts([own]))) return undefined;
    const tell = teller(profile);
    const isHidden = findHidden(indexTree(before), indexTree(after), tell) !== undefined;
    const isUncertain = profile !== 'strict' && hasTypes(trees, 'block');
    const [old, wanted] = [indexTree(before), indexTree(after)];
    for (const { how, tree, refused } of applied) {
      if (how.startsWith('naive diff') && (isHidden || isUncertain)) continue;
      const subject = `${how} of ${id}`;
      if (tree === undefined) {
        return { subject, expected: 'an archive that can be applied', actual: refused ?? '' };
      }
      const got = indexTree(tree);
      for (const path of new Set([...wanted.keys(), ...got.keys()])) {
        if (path === '' && profile !== 'strict') continue;
        const [entry, other] = keptAside(old.get(path), wanted.get(path), got.get(path));
        const [expected, actual] = [tellOr(tell, entry), tellOr(tell, other)];
        if (expected !== actual) return { subject: `${subject}: /${path}`, expected, actual };
      }
    }
    return undefined;
  },
};

/** Leaves attributes out that a directory had in the parent. */
function keptAside(
  old: TreeEntry | undefined,
  ...entries: readonly (TreeEntry | undefined)[]
): readonly (TreeEntry | undefined)[] {
  if (old?.type !== 'directory' || old.xattrs === undefined) return entries;
  const kept = Object.keys(old.xattrs);
  return entries.map((entry) => {
    if (entry?.type !== 'directory' || entry.xattrs === undefined) return entry;
    const rest = Object.entries(entry.xattrs).filter(([name]) => !kept.includes(name));
    return { ...entry, xattrs: Object.fromEntries(rest) };
  });
}

function tellOr(tell: (entry: TreeEntry) => string, entry: TreeEntry | undefined): string {
  return entry === undefined ? 'nothing' : tell(entry);
}

/** Tells all of an entry that an archive of a profile carries. */
function teller(profile: ProfileName): (entry: TreeEntry) => string {
  const isCarried = (name: string): boolean =>
    profile === 'strict' || name === 'security.capability';
  return ({ path, type, mode, uid, gid, content, target, device, xattrs = {} }) => {
    const names = path === '' ? [] : Object.keys(xattrs).filter(isCarried).sort();
    const carried = names.map((name) => [name, xattrs[name]]);
    return JSON.stringify([type, mode, uid, gid, content, target, device, carried]);
  };
}
