import {
  classifyWhiteout,
  OPAQUE_VALUE,
  OPAQUE_XATTR,
  WHITEOUT_PREFIX,
  type WhiteoutKind,
} from '../../domain/diffs/whiteout.js';
import { TYPE, type TarHeader } from '../../domain/diffs/tar/header.js';
import { SyscallError } from '../../domain/errors.js';
import { ERRNO } from '../../domain/go/errno.js';
import { goJoin } from '../../domain/go/path.js';
import { goQuote } from '../../domain/go/quote.js';
import { FILE_TYPE } from '../../domain/host/file-type.js';
import type { Identity } from '../../domain/identities/id-map.js';
import { encodeUtf8 } from '../../domain/utf8.js';
import { baseOf, fromBytePath, parentOf, showBytePath, toBytePath } from './byte-path.js';
import { told } from './entry-calls.js';
import { clearWay, type Extraction, keeps } from './extraction.js';
import { makeWhiteoutByOverlay, replaceByOpaqueDirectory } from './user-namespace-whiteout.js';

const OPAQUE_BYTES = encodeUtf8(OPAQUE_VALUE);

/**
 * Tells at a glance which paths cannot be whiteouts.
 *
 * @internal
 */
export function mayBeWhiteout(path: string): boolean {
  return path.startsWith(WHITEOUT_PREFIX, path.lastIndexOf('/') + 1);
}

/**
 * Tells what a path stands for, degenerate names refused where the profile refuses them.
 *
 * @throws InvalidWhiteoutError
 * @internal
 */
export function whiteoutOf(run: Extraction, path: string): WhiteoutKind {
  return classifyWhiteout(fromBytePath(baseOf(path)), { refuseDegenerate: !keeps(run, 'Q-38') });
}

/**
 * Turns a whiteout of an archive into the overlay's: a character device 0:0 in place of the hidden
 * name, or the opaque mark on the directory.
 *
 * QUIRK: a whiteout does not replace what is there under the hidden name.
 *
 * @param onRootOpaque - told instead of marking the root, where the kernel ignores the mark.
 * @returns whether the entry was one, so that nothing else is made of it.
 * @throws SyscallError `failed to mknod("<path>", S_IFCHR, 0): …`,
 *   `setxattr("<dir>", trusted.overlay.opaque=y): …`.
 * @source moby pkg/archive/archive_linux.go overlayWhiteoutConverter.ConvertRead
 * @internal
 */
export async function convertWhiteout(
  run: Extraction,
  path: string,
  header: TarHeader,
  owner: Identity,
  onRootOpaque: (() => void) | undefined,
): Promise<boolean> {
  const kind = whiteoutOf(run, path);
  if (kind.kind === 'none') return false;
  // An entry of the whiteout's own name is replaced before anything is made of it.
  await clearWay(run, path, header.typeflag === TYPE.DIR);
  const parent = parentOf(path);
  if (kind.kind === 'opaque') {
    if (parent === '/' && onRootOpaque !== undefined) onRootOpaque();
    else await markOpaque(run, parent);
    return true;
  }
  await makeWhiteout(run, goJoin(parent, toBytePath(kind.hidden)), owner);
  return true;
}

async function markOpaque(run: Extraction, path: string): Promise<void> {
  try {
    const found = await run.tree.follow(path);
    if ('directory' in found) await found.directory.fsetxattr(OPAQUE_XATTR, OPAQUE_BYTES);
    else await found.place.directory.lsetxattrat(found.place.name, OPAQUE_XATTR, OPAQUE_BYTES);
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error;
    if (run.inUserNs) return replaceByOpaqueDirectory(run, path);
    const what = `setxattr(${goQuote(showBytePath(path))}, ${OPAQUE_XATTR}=${OPAQUE_VALUE})`;
    throw wrapped(what, error);
  }
}

async function makeWhiteout(run: Extraction, path: string, owner: Identity): Promise<void> {
  if (!keeps(run, 'Q-37')) await clearWay(run, path, false);
  try {
    // The root has no name to be made under: it exists, and so would the device's name.
    if (path === '/') throw existing(path);
    const { directory, name } = await run.tree.place(path);
    await directory.mknodat(name, FILE_TYPE.CHARACTER, 0, 0);
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error;
    if (!run.inUserNs) {
      throw wrapped(`failed to mknod(${goQuote(showBytePath(path))}, S_IFCHR, 0)`, error);
    }
    await makeWhiteoutByOverlay(run, path);
  }
  const { directory, name } = await told('chown', path, () => run.tree.place(path));
  await told('chown', path, () => directory.lchownat(name, owner.uid, owner.gid));
}

function existing(path: string): SyscallError {
  return new SyscallError({ errno: ERRNO.EEXIST, syscall: 'mknod', path: showBytePath(path) });
}

function wrapped(what: string, error: SyscallError): SyscallError {
  const { errno, syscall } = error;
  return new SyscallError({ errno, syscall }, `${what}: ${error.strerror}`);
}
