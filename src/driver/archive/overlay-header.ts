import { TYPE, type TarHeader, ZERO_TIME } from '../../domain/diffs/tar/header.js';
import {
  isOpaqueValue,
  OPAQUE_NAME,
  OPAQUE_XATTR,
  WHITEOUT_PREFIX,
} from '../../domain/diffs/whiteout.js';
import { isErrno, SyscallError } from '../../domain/errors.js';
import { goJoin } from '../../domain/go/path.js';
import type { Directory } from '../../ports/file-system.js';
import { fromBytePath, toBytePath } from './byte-path.js';
import type { DraftEntry } from './entry-header.js';

const PERMISSIONS = 0o777n;

/**
 * Turns the header of an overlay whiteout into an archive's: an empty file with the prefix. All
 * else stays, the link name too.
 *
 * @source moby pkg/archive/archive_linux.go overlayWhiteoutConverter.ConvertWrite
 * @internal
 */
export function turnWhiteout(header: DraftEntry): void {
  const path = toBytePath(header.name);
  const cut = path.lastIndexOf('/') + 1;
  const hidden = path.slice(cut);
  header.name = fromBytePath(goJoin(path.slice(0, cut), WHITEOUT_PREFIX + hidden));
  header.mode = 0o600n;
  header.typeflag = TYPE.REG;
  header.size = 0n;
}

/**
 * Gives the header of the entry that says that a directory is opaque; it follows the directory's.
 *
 * @returns undefined for a directory that is not opaque.
 * @throws SyscallError when the mark cannot be read, with the bare errno text.
 * @source moby pkg/archive/archive_linux.go overlayWhiteoutConverter.ConvertWrite
 * @internal
 */
export async function opaqueHeader(
  header: TarHeader,
  directory: Directory,
): Promise<TarHeader | undefined> {
  if (!(await isOpaque(directory))) return undefined;
  return {
    typeflag: TYPE.REG,
    name: fromBytePath(goJoin(toBytePath(header.name), OPAQUE_NAME)),
    linkname: new Uint8Array(0),
    size: 0n,
    mode: header.mode & PERMISSIONS,
    uid: header.uid,
    gid: header.gid,
    uname: header.uname,
    gname: header.gname,
    mtime: ZERO_TIME,
    devmajor: 0n,
    devminor: 0n,
    paxRecords: new Map(),
  };
}

async function isOpaque(directory: Directory): Promise<boolean> {
  try {
    return isOpaqueValue(await directory.fgetxattr(OPAQUE_XATTR));
  } catch (error) {
    if (isErrno(error, 'ENODATA')) return false;
    throw error instanceof SyscallError ? error.bare() : error;
  }
}
