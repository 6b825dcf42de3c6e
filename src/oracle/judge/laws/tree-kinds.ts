import type { ProfileName } from '../../../domain/profiles/profile.js';
import type { TreeEntry } from '../../commands/answer.js';

/** What laws of sizes and changes leave out. */
export const BLOCKS_AND_SOCKETS =
  'Q-42: moby-2019 takes block devices and sockets for directories; such trees are left out';

/**
 * Tells whether a profile compares trees wrongly for what is in them.
 *
 * @internal
 */
export function hasBlocksOrSockets(
  profile: ProfileName,
  trees: readonly (readonly TreeEntry[])[],
): boolean {
  return profile !== 'strict' && hasTypes(trees, 'block', 'socket');
}

/**
 * Tells whether a tree has a file of one of some types.
 *
 * @internal
 */
export function hasTypes(
  trees: readonly (readonly TreeEntry[])[],
  ...types: readonly TreeEntry['type'][]
): boolean {
  return trees.some((tree) => tree.some(({ type }) => types.includes(type)));
}

/**
 * Tells whether a tree has a file of a name that an archive keeps for deletions.
 *
 * @internal
 */
export function hasReservedNames(trees: readonly (readonly TreeEntry[])[]): boolean {
  return trees.some((tree) => tree.some(({ path }) => RESERVED.test(path)));
}

const RESERVED = /(^|\/)\.wh\./;

/**
 * Tells whether a tree shows a whiteout: a base layer is no union, and shows its own.
 *
 * @internal
 */
export function hasWhiteouts(trees: readonly (readonly TreeEntry[])[]): boolean {
  return trees.some((tree) =>
    tree.some(({ type, device }) => {
      return type === 'character' && device?.[0] === 0 && device[1] === 0;
    }),
  );
}
