import type { TarHeader } from '../../domain/diffs/tar/header.js';
import type { Timestamp } from '../../domain/host/file-stat.js';

const EPOCH: Timestamp = Object.freeze({ seconds: 0n, nanoseconds: 0 });
/** 2^63 - 1 nanoseconds after 1970: the last moment that Go's 64-bit clock can tell. */
const LAST: Timestamp = Object.freeze({ seconds: 9223372036n, nanoseconds: 854775807 });
const NANOSECONDS = 1_000_000_000n;

/**
 * Access and modification time to be set.
 *
 * @internal
 */
export interface EntryTimes {
  readonly atime: Timestamp;
  readonly mtime: Timestamp;
}

/**
 * Gives the times of a file: never accessed before it was modified, and 1970 for what the clock
 * cannot tell.
 *
 * @source moby pkg/archive/archive.go createTarFile, pkg/system/chtimes.go Chtimes
 * @internal
 */
export function fileTimes(header: TarHeader): EntryTimes {
  const { atime, mtime } = raisedTimes(header);
  return { atime: tellable(atime), mtime: tellable(mtime) };
}

/**
 * Gives the times of a symlink, which are not confined to what the clock can tell: they wrap.
 *
 * @source moby pkg/archive/archive.go createTarFile, pkg/system/utimes_unix.go LUtimesNano
 * @internal
 */
export function symlinkTimes(header: TarHeader): EntryTimes {
  const { atime, mtime } = raisedTimes(header);
  return { atime: wrapped(atime), mtime: wrapped(mtime) };
}

/**
 * Gives the times of a directory, as the archive has them.
 *
 * QUIRK: without an access time it is 1970, where the modification time would be expected.
 *
 * @source moby pkg/archive/archive.go Unpack
 * @internal
 */
export function directoryTimes(header: TarHeader, missingIsEpoch: boolean): EntryTimes {
  const atime = header.atime ?? (missingIsEpoch ? EPOCH : header.mtime);
  return { atime: tellable(atime), mtime: tellable(header.mtime) };
}

function raisedTimes({ atime, mtime }: TarHeader): EntryTimes {
  return { atime: atime === undefined || isBefore(atime, mtime) ? mtime : atime, mtime };
}

function tellable(time: Timestamp): Timestamp {
  return time.seconds < 0n || isBefore(LAST, time) ? EPOCH : time;
}

function isBefore(a: Timestamp, b: Timestamp): boolean {
  return a.seconds === b.seconds ? a.nanoseconds < b.nanoseconds : a.seconds < b.seconds;
}

function wrapped(time: Timestamp): Timestamp {
  if (time.seconds >= -LAST.seconds && time.seconds < LAST.seconds) return time;
  const total = BigInt.asIntN(64, time.seconds * NANOSECONDS + BigInt(time.nanoseconds));
  const nanoseconds = ((total % NANOSECONDS) + NANOSECONDS) % NANOSECONDS;
  return { seconds: (total - nanoseconds) / NANOSECONDS, nanoseconds: Number(nanoseconds) };
}
