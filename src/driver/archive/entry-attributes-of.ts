import { XATTR_PREFIX } from '../../domain/diffs/tar/header.js';
import { SyscallError } from '../../domain/errors.js';
import { hasChange } from '../../domain/profiles/profile.js';
import type { Directory, FileHandle } from '../../ports/file-system.js';
import { type ArchiveOptions, archiveKeeps } from './archive-options.js';

const CAPABILITY = 'security.capability';
/** As Linux include/uapi/linux/capability.h has it, little-endian. */
const CAPABILITY_VERSION_AT = 3;
const CAPABILITY_2 = 2;
const CAPABILITY_2_BYTES = 20;
const CAPABILITY_WITH_ROOT = 3;
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
  if (archiveKeeps(options, 'Q-31')) {
    return readCapability(source, records, hasChange(options.profile, 'V-06'));
  }
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
  asVersion2: boolean,
): Promise<void> {
  const value = await capabilityOf(source);
  if (value === undefined) return;
  records.set(XATTR_PREFIX + CAPABILITY, asVersion2 ? withoutRoot(value) : value);
}

/**
 * Since 20.10 the root id that a user namespace adds to a capability is left out: outside of it,
 * it means nobody (V-06).
 *
 * @source moby 20.10 pkg/archive/archive.go ReadSecurityXattrToTarHeader
 */
function withoutRoot(value: Uint8Array): Uint8Array {
  if (value[CAPABILITY_VERSION_AT] !== CAPABILITY_WITH_ROOT) return value;
  const plain = value.slice(0, CAPABILITY_2_BYTES);
  plain[CAPABILITY_VERSION_AT] = CAPABILITY_2;
  return plain;
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
