import { assert } from '../assert.js';
import { keepsQuirk, type Profile } from '../profiles/profile.js';

/**
 * A project id of a file system's quota: an unsigned 32-bit value, 0 for no project.
 *
 * @public
 * @since 0.1.0
 */
export type ProjectId = number & { readonly __brand: 'ProjectId' };

/** Bytes in a basic block, the unit of quota limits. */
const BLOCK_BYTES = 512n;

/**
 * Takes a number for a project id.
 *
 * @throws {@link AssertionError} when it is not an unsigned 32-bit integer.
 * @public
 * @since 0.1.0
 */
export function parseProjectId(value: number): ProjectId {
  assert(value >>> 0 === value, `project id ${value} is an unsigned 32-bit integer`);
  return value as ProjectId;
}

/**
 * Gives the id after another.
 *
 * QUIRK: after the greatest id comes 0, which is no project, where an error would be expected.
 *
 * @source moby daemon/graphdriver/quota/projectquota.go
 * @public
 * @since 0.1.0
 */
export function nextProjectId(id: ProjectId): ProjectId {
  return parseProjectId((id + 1) >>> 0);
}

/**
 * Gives the first id to hand out below a home: beyond the home's own, the one after it, on which
 * the driver tests whether limits can be set, and every id that is in use.
 *
 * @param homeId - the home directory's own id.
 * @param usedIds - ids of the home's sub-directories, in the order of the scan.
 * @source moby daemon/graphdriver/quota/projectquota.go NewControl, findNextProjectID
 * @public
 * @since 0.1.0
 */
export function firstProjectId(homeId: ProjectId, usedIds: Iterable<ProjectId>): ProjectId {
  let next = nextProjectId(nextProjectId(homeId));
  for (const id of usedIds) {
    if (next <= id) next = nextProjectId(id);
  }
  return next;
}

/**
 * Gives the quota limit for a size.
 *
 * QUIRK: a size below 512 bytes gives 0 blocks, which is no limit, where one block would be
 * expected; strict gives it that block.
 *
 * @param sizeBytes - bytes, unsigned 64-bit.
 * @returns basic blocks of 512 bytes.
 * @source moby daemon/graphdriver/quota/projectquota.go setProjectQuota
 * @public
 * @since 0.1.0
 */
export function quotaBlocks(sizeBytes: bigint, profile: Profile): bigint {
  const blocks = sizeBytes / BLOCK_BYTES;
  if (blocks === 0n && sizeBytes > 0n && !keepsQuirk(profile, 'Q-45')) return 1n;
  return blocks;
}

/**
 * Gives the size of a quota limit.
 *
 * @param blocks - basic blocks of 512 bytes, unsigned 64-bit.
 * @returns bytes, unsigned 64-bit; what is beyond is lost, as in Go.
 * @source moby daemon/graphdriver/quota/projectquota.go GetQuota
 * @public
 * @since 0.1.0
 */
export function blocksToBytes(blocks: bigint): bigint {
  return BigInt.asUintN(64, blocks * BLOCK_BYTES);
}
