import { FILE_TYPE } from '../host/file-type.js';
import type { FileStat, Timestamp } from '../host/file-stat.js';
import { compareBytes, decodeUtf8, equalBytes } from '../utf8.js';

/**
 * What happened to a path between two trees.
 *
 * @public
 * @since 0.1.0
 */
export type ChangeKind = 'modify' | 'add' | 'delete';

/**
 * One difference between two trees.
 *
 * @public
 * @since 0.1.0
 */
export interface Change {
  /** From the root of the trees, beginning with a slash, as bytes. */
  readonly path: Uint8Array;
  readonly kind: ChangeKind;
}

/**
 * What of a file the comparison looks at.
 *
 * @public
 * @since 0.1.0
 */
export interface ComparedFile {
  readonly stat: Pick<
    FileStat,
    'mode' | 'uid' | 'gid' | 'rdevMajor' | 'rdevMinor' | 'size' | 'mtime'
  >;
  /** The value of `security.capability`; undefined where there is none. */
  readonly capability: Uint8Array | undefined;
}

/**
 * How the comparison tells a directory.
 *
 * @public
 * @since 0.1.0
 */
export interface ChangeRules {
  /** block devices and sockets, which share a mode bit with directories, count as such. */
  readonly directoryBitAlone: boolean;
}

const LETTERS = { modify: 'C', add: 'A', delete: 'D' } as const;
const NUMBERS = { modify: 0, add: 1, delete: 2 } as const;

/**
 * Gives a change in one line.
 *
 * @returns `C`, `A` or `D`, a space and the path; what is not UTF-8 becomes U+FFFD.
 * @source moby pkg/archive/changes.go Change.String
 * @public
 * @since 0.1.0
 */
export function formatChange(change: Change): string {
  return `${LETTERS[change.kind]} ${decodeUtf8(change.path)}`;
}

/**
 * Gives the number that stands for a kind of change in JSON: modify 0, add 1, delete 2.
 *
 * @source moby pkg/archive/changes.go ChangeType
 * @public
 * @since 0.1.0
 */
export function changeKindNumber(kind: ChangeKind): number {
  return NUMBERS[kind];
}

/**
 * Orders changes by the bytes of their paths.
 *
 * @returns negative, zero or positive.
 * @source moby pkg/archive/changes.go changesByPath
 * @public
 * @since 0.1.0
 */
export function compareChanges(a: Change, b: Change): number {
  return compareBytes(a.path, b.path);
}

/**
 * Tells whether two times count as the same: to the nanosecond, or to the second where one side
 * has no nanoseconds, as after a round trip through an archive.
 *
 * @source moby pkg/archive/changes.go sameFsTimeSpec
 * @public
 * @since 0.1.0
 */
export function isSameTime(a: Timestamp, b: Timestamp): boolean {
  if (a.seconds !== b.seconds) return false;
  return a.nanoseconds === b.nanoseconds || a.nanoseconds === 0 || b.nanoseconds === 0;
}

/**
 * Tells whether the comparison takes a file for a directory.
 *
 * QUIRK: by the bit alone, block devices and sockets are directories too.
 *
 * @param mode - type and permission bits.
 * @source moby pkg/archive/changes_unix.go isDir
 * @public
 * @since 0.1.0
 */
export function isComparedAsDirectory(mode: number, rules: ChangeRules): boolean {
  const mask = rules.directoryBitAlone ? FILE_TYPE.DIRECTORY : FILE_TYPE.MASK;
  return (mode & mask) === FILE_TYPE.DIRECTORY;
}

/**
 * Tells whether a file that both trees have was modified: another mode, owner, device number or
 * capability, or, unless it is a directory, another size or modification time. Content is not read.
 *
 * @source moby pkg/archive/changes_unix.go statDifferent, pkg/archive/changes.go addChanges
 * @public
 * @since 0.1.0
 */
export function isModified(before: ComparedFile, after: ComparedFile, rules: ChangeRules): boolean {
  const [a, b] = [before.stat, after.stat];
  if (a.mode !== b.mode || a.uid !== b.uid || a.gid !== b.gid) return true;
  if (a.rdevMajor !== b.rdevMajor || a.rdevMinor !== b.rdevMinor) return true;
  if (!isSameCapability(before.capability, after.capability)) return true;
  if (isComparedAsDirectory(a.mode, rules)) return false;
  return a.size !== b.size || !isSameTime(a.mtime, b.mtime);
}

/** An empty value counts as none, because Go compares nil and empty slices as equal. */
function isSameCapability(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  const none = new Uint8Array();
  return equalBytes(a ?? none, b ?? none);
}
