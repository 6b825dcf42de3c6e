import { isNotExist } from '../../domain/errors.js';
import { compareBytes, decodeUtf8 } from '../../domain/utf8.js';
import type { Profile } from '../../domain/profiles/profile.js';
import type { Directory, FileSystem } from '../../ports/file-system.js';
import type { Clock } from '../../ports/clock.js';
import { isDirectory, retellAt } from './confined-tree.js';
import { type InodeKey, inodeKey } from './inode-key.js';
import { Pacer } from './pacer.js';

/** `d_type` of a directory. */
const DT_DIR = 4;

interface SizeWalk {
  readonly profile: Profile;
  readonly pacer: Pacer;
  readonly counted: Set<InodeKey>;
  bytes: bigint;
}

/**
 * Sums the apparent sizes of all files below a directory, each file once whatever its names;
 * directories count nothing. What vanishes during the walk is passed over.
 *
 * @returns bytes. A path that is no directory gives its own size, a symlink its target's length.
 * @throws SyscallError `lstat <path>: …` when the path is missing.
 * @source moby pkg/directory/directory_unix.go Size
 * @internal
 */
export async function directorySize(
  { fs, clock }: { readonly fs: FileSystem; readonly clock: Clock },
  profile: Profile,
  path: string,
): Promise<bigint> {
  const stat = await fs.lstat(path);
  if (!isDirectory(stat)) return stat.size;
  const walk = { profile, pacer: new Pacer(clock), counted: new Set<InodeKey>(), bytes: 0n };
  const root = await fs.openRoot(path);
  try {
    await sumBelow(walk, root, path);
  } finally {
    await root.close();
  }
  return walk.bytes;
}

async function sumBelow(walk: SizeWalk, directory: Directory, path: string): Promise<void> {
  const entries = [...(await directory.getdents())];
  for (const entry of entries.sort((a, b) => compareBytes(a.name, b.name))) {
    const child = `${path}/${decodeUtf8(entry.name)}`;
    try {
      await sumEntry(walk, directory, entry.name, entry.type === DT_DIR, child);
    } catch (error) {
      if (isNotExist(error)) continue;
      throw error;
    }
    if (walk.pacer.isDue()) await walk.pacer.rest();
  }
}

async function sumEntry(
  walk: SizeWalk,
  parent: Directory,
  name: Uint8Array,
  isKnownDirectory: boolean,
  path: string,
): Promise<void> {
  let child: Directory;
  try {
    if (!isKnownDirectory) {
      const stat = await parent.lstatat(name);
      if (!isDirectory(stat)) {
        const key = inodeKey(walk.profile, stat);
        if (stat.size === 0n || walk.counted.has(key)) return;
        walk.counted.add(key);
        walk.bytes += stat.size;
        return;
      }
    }
    child = await parent.opendirat(name);
  } catch (error) {
    throw retellAt(error, () => ({ path }));
  }
  try {
    await sumBelow(walk, child, path);
  } finally {
    await child.close();
  }
}
