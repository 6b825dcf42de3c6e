import { XATTR_PREFIX } from '../../domain/diffs/tar/header.js';
import { SyscallError } from '../../domain/errors.js';
import type { Directory, FileHandle } from '../../ports/file-system.js';
import { type ArchiveOptions, archiveKeeps } from './archive-options.js';

const CAPABILITY = 'security.capability';
const EXPORTED =
  /^(?:user\.|trusted\.|security\.capability$|system\.posix_acl_(?:access|default)$)/;
const PRIVATE = /^(?:user|trusted)\.overlay\./;

/**
 * What can be asked for the attributes of one file.
 *
 * @internal
 */
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
  if (archiveKeeps(options, 'Q-31')) return readCapability(source, records);
  for (const name of await listAttributes(source)) {
    if (!EXPORTED.test(name) || PRIVATE.test(name)) continue;
    records.set(XATTR_PREFIX + name, await readAttribute(source, name));
  }
}

/**
 * Lists what attributes a file has. Most have none, and to be told so in a list is cheaper than to
 * be refused each.
 *
 * @throws SyscallError
 */
async function listAttributes(source: AttributeSource): Promise<readonly string[]> {
  const { directory, name, opened } = source;
  return opened === undefined ? directory.llistxattrat(name) : opened.flistxattr();
}

/** QUIRK: whatever keeps the capability from being read, the file travels without it. */
async function readCapability(
  source: AttributeSource,
  records: Map<string, Uint8Array>,
): Promise<void> {
  const value = await capabilityOf(source);
  if (value !== undefined) records.set(XATTR_PREFIX + CAPABILITY, value);
}

/**
 * Gives the value of a file's capability attribute; undefined where there is none or it cannot be
 * read.
 *
 * @source moby pkg/archive/changes_linux.go walkchunk
 * @internal
 */
export async function capabilityOf(source: AttributeSource): Promise<Uint8Array | undefined> {
  try {
    const names = await listAttributes(source);
    return names.includes(CAPABILITY) ? await readAttribute(source, CAPABILITY) : undefined;
  } catch (error) {
    if (error instanceof SyscallError) return undefined;
    throw error;
  }
}

async function readAttribute(source: AttributeSource, attribute: string): Promise<Uint8Array> {
  const { directory, name, opened } = source;
  if (opened === undefined) return directory.lgetxattrat(name, attribute);
  return opened.fgetxattr(attribute);
}
