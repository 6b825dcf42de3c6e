import { equalBytes } from '../utf8.js';
import { inodeError } from './inode-error.js';
import type { UnionSettings } from './mount-settings.js';
import { encodeHandle } from './origin.js';
import { PRIVATE, readXattr } from './private-xattrs.js';
import type { FindVolume, NodeKey, NodeRef, Volume } from './volume.js';

const UUID_BYTES = 16;

/**
 * Gives an upper root the UUID of its union at the first mount, unless it was used before UUIDs
 * were. The UUID of a union in memory is the number of its first mount.
 *
 * @returns which mode holds from now on.
 * @source Linux fs/overlayfs/util.c ovl_init_uuid_xattr
 * @internal
 */
export function markUpperRoot(
  volume: Volume,
  upper: NodeKey,
  how: {
    readonly asked: UnionSettings['uuid'];
    readonly id: number;
    readonly prefix: string;
    read(suffix: string): Uint8Array | undefined;
  },
): UnionSettings['uuid'] {
  if (how.asked === 'off' || how.asked === 'null') return how.asked;
  if (how.read(PRIVATE.UUID)?.length === UUID_BYTES) return how.asked;
  if (how.asked === 'auto' && how.read(PRIVATE.IMPURE) !== undefined) return 'null';
  const uuid = new Uint8Array(UUID_BYTES);
  new DataView(uuid.buffer).setUint32(UUID_BYTES - 4, how.id);
  volume.setxattr(upper, how.prefix + PRIVATE.UUID, uuid);
  return 'on';
}

/**
 * Refuses an upper that an index ties to another lower, and ties one that has none yet.
 *
 * @throws InodeError ESTALE.
 * @source Linux fs/overlayfs/namei.c ovl_verify_set_fh
 * @internal
 */
export function verifyUpper(
  { find }: { readonly find: FindVolume },
  upper: NodeRef,
  lower: NodeRef,
  prefix: string,
): void {
  const volume = find(upper.volume);
  const handle = encodeHandle(lower, find(lower.volume).facts().stackDepth === 0);
  const known = readXattr(volume, upper.node, prefix + PRIVATE.ORIGIN);
  if (known === undefined) {
    volume.setxattr(upper.node, prefix + PRIVATE.ORIGIN, handle);
  } else if (!equalBytes(known, handle)) {
    throw inodeError('ESTALE');
  }
}
