import { xattrsOf, type TarHeader } from '../../domain/diffs/tar/header.js';
import { isErrno, SyscallError } from '../../domain/errors.js';
import { type Extraction, keeps } from './extraction.js';

/** The overlay's own attributes, which decide what of the layers below is seen. */
const OVERLAY_PREFIXES: readonly string[] = ['trusted.overlay.', 'user.overlay.'];

/**
 * Sets the extended attributes of an entry. What the file system does not support is left out
 * with one warning.
 *
 * QUIRK: the overlay's own attributes are set like any other, so that an archive can hide or move
 * what lies below; one would have expected them to be dropped.
 *
 * @param set - sets one attribute on the file.
 * @throws SyscallError with the bare errno text, as the seed does not wrap these.
 * @source moby pkg/archive/archive.go createTarFile
 * @internal
 */
export async function setAttributes(
  run: Extraction,
  header: TarHeader,
  set: (name: string, value: Uint8Array) => Promise<void>,
): Promise<void> {
  if (header.paxRecords.size === 0) return;
  let ignored = false;
  for (const [name, value] of xattrsOf(header)) {
    if (isDropped(run, name)) continue;
    try {
      await set(name, value);
    } catch (error) {
      if (!(error instanceof SyscallError)) throw error;
      if (!isErrno(error, 'ENOTSUP', 'EPERM')) throw error.bare();
      ignored = true;
    }
  }
  if (!ignored) return;
  const text = "ignored xattrs in archive: underlying filesystem doesn't support them";
  run.ports.logger.log('warning', text);
}

function isDropped(run: Extraction, name: string): boolean {
  if (keeps(run, 'Q-40')) return false;
  if (!OVERLAY_PREFIXES.some((prefix) => name.startsWith(prefix))) return false;
  run.ports.logger.log('warning', `ignored private overlay attribute in archive: ${name}`);
  return true;
}
