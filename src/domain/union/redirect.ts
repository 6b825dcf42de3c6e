import { inodeError } from './inode-error.js';
import { PRIVATE, readXattr } from './private-xattrs.js';
import type { Search } from './search.js';
import type { Union } from './union.js';
import type { UnionNode } from './union-node.js';
import type { ByteString, NodeKey } from './volume.js';

/**
 * Goes on by the redirect of a directory that a layer's search went through, if it has one: a name
 * takes the place of the directory's, a path starts again at the root of the layers below.
 *
 * @throws InodeError EINVAL for a redirect that is no name and no path.
 * @source Linux fs/overlayfs/namei.c ovl_check_redirect
 * @internal
 */
export function continueRedirect(
  union: Union,
  layer: number,
  node: NodeKey,
  search: Search,
  { start, rest }: { readonly start: number; readonly rest: string },
): void {
  const value = readXattr(union.volume(layer), node, union.privateName(PRIVATE.REDIRECT));
  if (value === undefined) return;
  const target = String.fromCharCode(...value);
  if (!isRedirect(target)) throw inodeError('EINVAL');
  if (target.startsWith('/')) {
    // A directory above may have been opaque; whoever has moved this one here knew.
    search.stop = false;
    search.name = target + rest;
  } else {
    search.name = search.name.slice(0, start) + target + rest;
  }
  search.redirect = search.name;
}

/** @source Linux fs/overlayfs/util.c ovl_get_redirect_xattr */
function isRedirect(target: string): boolean {
  if (!target.startsWith('/')) return target !== '' && !target.includes('/');
  return target
    .slice(1)
    .split('/')
    .every((name) => name !== '');
}

/**
 * Writes into a lower or merged directory, which was copied up, where its lower parts are.
 *
 * @param withinParent - whether it moves within one directory, so that a name is enough.
 * @throws InodeError EXDEV where the path is too long or cannot be written.
 * @source Linux fs/overlayfs/dir.c ovl_set_redirect
 * @internal
 */
export function setRedirect(union: Union, node: UnionNode, withinParent: boolean): void {
  if (node.redirect !== undefined && (withinParent || node.redirect.startsWith('/'))) return;
  const redirect = withinParent ? node.name : absolutePath(union, node);
  const value = Uint8Array.from(redirect, (character) => character.charCodeAt(0));
  try {
    union.upperVolume.setxattr(union.topNode(node), union.privateName(PRIVATE.REDIRECT), value);
  } catch {
    // Whatever the reason, the caller can still copy the tree.
    throw inodeError('EXDEV');
  }
  union.nodes.own(node.key).redirect = redirect;
}

/** @source Linux fs/overlayfs/dir.c ovl_get_redirect */
function absolutePath(union: Union, node: UnionNode): ByteString {
  let path = '';
  for (let at = node; at.parent !== at.key; at = union.nodes.get(at.parent)) {
    const part = at.redirect ?? at.name;
    path = (part.startsWith('/') ? part : `/${part}`) + path;
    if (path.length > union.parts.settings.redirectMax) throw inodeError('EXDEV');
    if (part.startsWith('/')) break;
  }
  return path;
}
