import type { NodeRef } from './volume.js';

/** Node keys stay below it. */
const NODES_MAX = 2 ** 32;

/**
 * Gives one number for a node of any volume, to look it up by.
 *
 * @internal
 */
export function refKey({ volume, node }: NodeRef): number {
  return volume * NODES_MAX + node;
}
