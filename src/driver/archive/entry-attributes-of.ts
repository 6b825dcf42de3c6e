import { XATTR_PREFIX } from '../../domain/diffs/tar/header.js';
import { SyscallError } from '../../domain/errors.js';
import type { Directory, FileHandle } from '../../ports/file-system.js';
import { type ArchiveOptions, archiveKeeps } from './archive-options.js';

const CAPABILITY = 'security.capability';
const EXPORTED =
  /^(?:user\.|trusted\.|security\.capability$|system\.posix_acl_(?:access|default)$)/;
const PRIVATE = /^(?:user|trusted)\.overlay\./;

/** What can be asked for the attributes of one file. */
export interface AttributeSource {
  readonly directory: Directory;
  readonly name: Uint8Array;
  /** The file itself, where it is open anyway: asking it costs less. */
  readonly opened: FileHandle | Directory | undefined;
}

/**
 * Gives the PAX records of a file's extended attributes.
 *
 * QUIRK: of all attributes only the file capability travels.
 *
 * @throws SyscallError when attributes that have to travel cannot be read.
 * @source moby pkg/archive/archive.go ReadSecurityXattrToTarHeader
 * @internal
 */
export async function readAttributeRecords(
  options: ArchiveOptions,
  source: AttributeSource,
  records: Map<string, Uint8Array>,
): Promise<void> {
  if (archiveKeeps(options, 'Q-31')) {
    const capability = await readCapability(source);
    if (capability !== undefined) records.set(XATTR_PREFIX + CAPABILITY, capability);
    return;
  }
  const { directory, name } = source;
  for (const attribute of await directory.llistxattrat(name)) {
    if (!EXPORTED.test(attribute) || PRIVATE.test(attribute)) continue;
    records.set(XATTR_PREFIX + attribute, await directory.lgetxattrat(name, attribute));
  }
}

/** QUIRK: whatever keeps the capability from being read, the file travels without it. */
async function readCapability(source: AttributeSource): Promise<Uint8Array | undefined> {
  const { directory, name, opened } = source;
  try {
    if (opened !== undefined) return await opened.fgetxattr(CAPABILITY);
    return await directory.lgetxattrat(name, CAPABILITY);
  } catch (error) {
    if (error instanceof SyscallError) return undefined;
    throw error;
  }
}
