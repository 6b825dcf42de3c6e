import type { FileStat } from '../../domain/host/file-stat.js';
import { type Profile, keepsQuirk } from '../../domain/profiles/profile.js';

/**
 * What tells one file from another, whatever its names.
 *
 * @internal
 */
export type InodeKey = bigint | string;

/**
 * Gives the key of a file.
 *
 * QUIRK: the inode number alone, though two files of different devices may share it.
 *
 * @source moby pkg/archive/archive_unix.go getInodeFromStat
 * @internal
 */
export function inodeKey(profile: Profile, stat: Pick<FileStat, 'dev' | 'ino'>): InodeKey {
  return keepsQuirk(profile, 'Q-32') ? stat.ino : `${stat.dev}:${stat.ino}`;
}
