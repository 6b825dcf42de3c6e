import type { Union } from './union.js';
import type { UnionNode } from './union-node.js';
import type { ByteString } from './volume.js';

const NAME_MAX = 255;

/**
 * Tells whether a name would still show something from below if its upper part were gone, so that
 * it takes a whiteout to remove it.
 *
 * @param node - what the name shows now.
 * @source Linux fs/overlayfs/util.c ovl_lower_positive
 * @internal
 */
export function showsBelow(
  union: Union,
  directory: UnionNode,
  node: UnionNode,
  name: ByteString,
): boolean {
  if (node.upper === undefined) return true;
  if (name.length > NAME_MAX) return false;
  for (const { layer, node: part } of directory.lowers) {
    const found = union.volume(layer).lookup(part, name);
    if (found !== undefined) return !union.isWhiteout(layer, found);
  }
  return false;
}
