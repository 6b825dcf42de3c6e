import { inodeError } from './inode-error.js';
import { isImpure, mendOrigin, originOf } from './origin.js';
import { continueRedirect } from './redirect.js';
import type { Search } from './search.js';
import type { Union } from './union.js';
import {
  ABSENT,
  isRealDirectory,
  type LowerPart,
  NO_LOWERS,
  type UnionNode,
  WHITED_OUT,
} from './union-node.js';
import type { ByteString, NodeKey } from './volume.js';

const NAME_MAX = 255;

/**
 * Gives what a name in a directory of a union stands for: a key, or {@link ABSENT} or
 * {@link WHITED_OUT}. What was looked up once is remembered, absence too.
 *
 * @throws InodeError ENOTDIR, ENAMETOOLONG; ELOOP where layers overlap.
 * @source Linux fs/overlayfs/namei.c ovl_lookup
 * @internal
 */
export function findEntry(union: Union, directory: NodeKey, name: ByteString): NodeKey {
  const node = union.nodes.get(directory);
  if (!node.isDirectory) throw inodeError('ENOTDIR');
  const known = node.entries?.get(name);
  if (known !== undefined) return known;
  if (name.length > NAME_MAX) throw inodeError('ENAMETOOLONG');
  if (node.isDead) return ABSENT;
  const found = lookUp(union, node, name);
  union.nodes.own(directory).ownEntries().set(name, found);
  return found;
}

function lookUp(union: Union, directory: UnionNode, name: ByteString): NodeKey {
  const { parts } = union;
  const search: Search = {
    name,
    isDirectory: false,
    stop: false,
    opaque: false,
    last: parts.settings.redirect === 'nofollow' && directory.lowers.length === 0,
    redirect: undefined,
  };
  let upper: NodeKey | undefined;
  let upperOpaque = false;
  if (directory.upper !== undefined) {
    upper = lookUpInLayer(union, 0, directory.upper, search);
    upperOpaque = search.opaque;
    if (parts.rules.refusesRedirectsAtOnce) checkFollows(union, search);
  }
  const upperRedirect = search.redirect;
  const lowers = search.stop ? NO_LOWERS : lookUpBelow(union, directory, search, upper);
  if (upper === undefined && lowers.length === 0) return upperOpaque ? WHITED_OUT : ABSENT;
  return addNode(union, directory, name, {
    upper,
    lowers,
    isDirectory: search.isDirectory,
    upperOpaque,
    upperRedirect,
  });
}

/** @source Linux fs/overlayfs/namei.c ovl_lookup, the loop over lower layers */
function lookUpBelow(
  union: Union,
  directory: UnionNode,
  search: Search,
  upper: NodeKey | undefined,
): LowerPart[] {
  const { nodes, parts } = union;
  const follows = parts.settings.redirect !== 'nofollow';
  const roots = nodes.get(ROOT).lowers;
  let stack = search.redirect?.startsWith('/') === true ? roots : directory.lowers;
  const found: LowerPart[] = [];
  for (let i = 0; i < stack.length && !search.stop; i++) {
    const { layer, node } = stack[i] as LowerPart;
    search.last = follows ? layer === roots.length : i === stack.length - 1;
    const here = lookUpInLayer(union, layer, node, search);
    if (here === undefined) continue;
    if (parts.rules.refusesRedirectsAtOnce) checkFollows(union, search);
    if (upper !== undefined && found.length === 0 && search.isDirectory) {
      mendOrigin(union, directory, upper, { layer, node: here });
    }
    found.push({ layer, node: here });
    checkFollows(union, search);
    if (!search.stop && stack !== roots && search.redirect?.startsWith('/') === true) {
      stack = roots;
      i = layer - 1;
    }
  }
  return found;
}

/** @source Linux fs/overlayfs/namei.c ovl_check_follow_redirect */
function checkFollows({ parts }: Union, { redirect }: Search): void {
  if (redirect !== undefined && parts.settings.redirect === 'nofollow') throw inodeError('EPERM');
}

/** The key of every union's root. */
export const ROOT: NodeKey = 1;

/** @source Linux fs/overlayfs/namei.c ovl_lookup_layer */
function lookUpInLayer(
  union: Union,
  layer: number,
  directory: NodeKey,
  search: Search,
): NodeKey | undefined {
  if (!search.name.startsWith('/')) {
    return lookUpSingle(union, layer, directory, search, { name: search.name, start: 0, rest: '' });
  }
  // Counted from the end, since a redirect on the way changes what is before.
  let remaining = search.name.length - 1;
  let base: NodeKey | undefined = directory;
  while (base !== undefined && isRealDirectory(union.volume(layer), base)) {
    const start = search.name.length - remaining;
    const slash = search.name.indexOf('/', start);
    const end = slash === -1 ? search.name.length : slash;
    const rest = search.name.slice(end);
    base = lookUpSingle(union, layer, base, search, {
      name: search.name.slice(start, end),
      start,
      rest,
    });
    if (rest === '') break;
    remaining = rest.length - 1;
  }
  return base;
}

/** One name of the path that a layer is searched for. */
interface Element {
  readonly name: ByteString;
  /** Where it starts in the path. */
  readonly start: number;
  /** What follows it. */
  readonly rest: string;
}

/** @source Linux fs/overlayfs/namei.c ovl_lookup_single */
function lookUpSingle(
  union: Union,
  layer: number,
  directory: NodeKey,
  search: Search,
  element: Element,
): NodeKey | undefined {
  const volume = union.volume(layer);
  if (element.name.length > NAME_MAX) return undefined;
  const node = volume.lookup(directory, element.name);
  if (node === undefined) return undefined;
  const isLast = element.rest === '';
  if (!isRealDirectory(volume, node)) {
    const isWhiteout = union.isWhiteout(layer, node);
    search.stop = true;
    if (isWhiteout) search.opaque = true;
    return isWhiteout || search.isDirectory || !isLast ? undefined : node;
  }
  if (union.isTrap(layer, node)) throw inodeError('ELOOP');
  if (isLast) search.isDirectory = true;
  if (search.last) return node;
  if (volume.listxattr(node).length === 0) return node;
  if (union.isOpaque(layer, node)) {
    search.stop = true;
    if (isLast) search.opaque = true;
    return node;
  }
  continueRedirect(union, layer, node, search, element);
  return node;
}

interface Found {
  readonly upper: NodeKey | undefined;
  readonly lowers: readonly LowerPart[];
  readonly isDirectory: boolean;
  readonly upperOpaque: boolean;
  readonly upperRedirect: string | undefined;
}

function addNode(union: Union, parent: UnionNode, name: ByteString, found: Found): NodeKey {
  const { nodes } = union;
  const { upper, isDirectory } = found;
  let { lowers } = found;
  if (upper !== undefined && !isDirectory) {
    const origin = originOf(union, upper);
    const known = nodes.withUpper(upper);
    // Who keeps a lower number is only known again by the origin that the upper remembers.
    if (known !== undefined && (origin !== undefined || !nodes.get(known).keepsIno)) {
      nodes.own(known).names += 1;
      return known;
    }
    if (origin !== undefined) lowers = [origin];
  }
  const node = nodes.add({ parent: parent.key, name, isDirectory, upper, lowers });
  node.opaque = found.upperOpaque;
  node.redirect = found.upperRedirect;
  node.keepsIno = keepsIno(union, node);
  if (isDirectory) {
    node.impure = upper !== undefined && isImpure(union, upper);
    node.listsMerged = lowers.length > (upper === undefined ? 1 : 0) || hasOrigin(union, node);
  }
  union.holdParts(node);
  return node.key;
}

function hasOrigin(union: Union, node: UnionNode): boolean {
  const volume = union.topVolume(node);
  const names = volume.listxattr(union.topNode(node));
  return names.length > 0 && names.includes(union.privateName('origin'));
}

/** @source Linux fs/overlayfs/inode.c ovl_hash_bylower */
function keepsIno(union: Union, { lowers, isDirectory }: UnionNode): boolean {
  const [lower] = lowers;
  if (lower === undefined) return false;
  if (isDirectory || union.parts.upper === undefined) return true;
  // A kernel that notes no origin gives the copy's own number.
  if (!union.parts.rules.marksOrigin) return false;
  // Hard links below become files of their own when they are copied up.
  return union.volume(lower.layer).attributes(lower.node).nlink === 1;
}
