import { TYPE, type TarHeader } from '../../domain/diffs/tar/header.js';
import { GraphDriverError } from '../../domain/errors.js';
import type { FileStat } from '../../domain/host/file-stat.js';
import { FILE_TYPE } from '../../domain/host/file-type.js';
import type { AccountNames } from './account-names.js';
import { fromBytePath } from './byte-path.js';

/** A header that is still being worked on. */
export type DraftEntry = { -readonly [K in keyof TarHeader]: TarHeader[K] } & {
  paxRecords: Map<string, Uint8Array>;
};

const NO_BYTES = new Uint8Array(0);

const TYPE_FLAGS: ReadonlyMap<number, number> = new Map([
  [FILE_TYPE.REGULAR, TYPE.REG],
  [FILE_TYPE.DIRECTORY, TYPE.DIR],
  [FILE_TYPE.SYMLINK, TYPE.SYMLINK],
  [FILE_TYPE.CHARACTER, TYPE.CHAR],
  [FILE_TYPE.BLOCK, TYPE.BLOCK],
  [FILE_TYPE.FIFO, TYPE.FIFO],
]);

/**
 * Tells whether tar has a form for a file: it has none for sockets.
 *
 * @internal
 */
export function hasTarForm(stat: Pick<FileStat, 'mode'>): boolean {
  return TYPE_FLAGS.has(stat.mode & FILE_TYPE.MASK);
}

/**
 * Makes the header of a file from what `stat` tells: whole seconds, no access nor change time,
 * type bits in the mode.
 *
 * @param path - relative to the root of the archive.
 * @param target - of a symlink.
 * @throws GraphDriverError `archive/tar: sockets not supported`.
 * @source moby pkg/archive/archive.go FileInfoHeader; Go 1.13 archive/tar FileInfoHeader
 * @internal
 */
export function entryHeader(
  path: string,
  stat: FileStat,
  target: Uint8Array | undefined,
  names: AccountNames,
): DraftEntry {
  const typeflag = TYPE_FLAGS.get(stat.mode & FILE_TYPE.MASK);
  if (typeflag === undefined) {
    throw new GraphDriverError('archive', 'archive/tar: sockets not supported');
  }
  return {
    typeflag,
    name: fromBytePath(typeflag === TYPE.DIR && !path.endsWith('/') ? `${path}/` : path),
    linkname: target ?? NO_BYTES,
    size: typeflag === TYPE.REG ? stat.size : 0n,
    mode: BigInt(stat.mode),
    uid: BigInt(stat.uid),
    gid: BigInt(stat.gid),
    uname: names.users.get(stat.uid) ?? '',
    gname: names.groups.get(stat.gid) ?? '',
    mtime: { seconds: stat.mtime.seconds, nanoseconds: 0 },
    devmajor: BigInt(stat.rdevMajor),
    devminor: BigInt(stat.rdevMinor),
    paxRecords: new Map(),
  };
}
