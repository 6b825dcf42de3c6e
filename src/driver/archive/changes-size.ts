import type { Change } from '../../domain/diffs/change.js';
import { messageOf, SyscallError } from '../../domain/errors.js';
import { goQuote } from '../../domain/go/quote.js';
import type { Profile } from '../../domain/profiles/profile.js';
import type { Directory } from '../../ports/file-system.js';
import type { Logger } from '../../ports/logger.js';
import { showBytePath, toBytePath } from './byte-path.js';
import { ConfinedTree, isDirectory, retellAt } from './confined-tree.js';
import { type InodeKey, inodeKey } from './inode-key.js';
import type { Pacer } from './pacer.js';

/**
 * What the sum of changes is told.
 *
 * @internal
 */
export interface ChangesSizeOptions {
  readonly profile: Profile;
  readonly logger: Logger;
  readonly pacer: Pacer;
  /** Absolute path of the tree, for messages. */
  readonly source: string;
}

/**
 * Sums the apparent sizes of added and modified files that are no directories, a file with several
 * names once. What is missing is logged and passed over.
 *
 * @param root - the newer tree; stays open.
 * @returns bytes.
 * @source moby pkg/archive/changes.go ChangesSize
 * @internal
 */
export async function changesSize(
  root: Directory,
  changes: readonly Change[],
  { profile, logger, pacer, source }: ChangesSizeOptions,
): Promise<bigint> {
  const tree = new ConfinedTree(root);
  const counted = new Set<InodeKey>();
  let bytes = 0n;
  try {
    for (const { path: pathBytes, kind } of changes) {
      if (kind === 'delete') continue;
      const path = toBytePath(pathBytes);
      try {
        const { directory, name } = await tree.place(path);
        const stat = await directory.lstatat(name);
        const key = inodeKey(profile, stat);
        if (isDirectory(stat) || (stat.nlink > 1 && counted.has(key))) continue;
        if (stat.nlink > 1) counted.add(key);
        bytes += stat.size;
      } catch (error) {
        if (!(error instanceof SyscallError)) throw error;
        const file = source + showBytePath(path);
        const met = messageOf(retellAt(error, () => ({ syscall: 'lstat', path: file })));
        logger.log('error', `Can not stat ${goQuote(file)}: ${met}`);
      }
      if (pacer.isDue()) await pacer.rest();
    }
  } finally {
    await tree.forget();
  }
  return bytes;
}
