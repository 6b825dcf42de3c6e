import type { ByteText, FileChange } from '../commands/operation.js';
import { bytesOf, isWhiteout, newNode, type Node } from './tree.js';
import {
  copyUpFile,
  erase,
  type Found,
  holdsWhiteouts,
  insert,
  liesOnLayers,
  list,
  look,
  ownUpper,
  type Place,
  rootOf,
  showsBelow,
  type Union,
  walkTo,
} from './union.js';

/** What a change comes to: an errno, or what makes it. `unknown` is beyond the model. */
export type Outcome = string | ((place: Place) => void);

const CAPABILITY = 'security.capability';
const NAME_BYTES_MAX = 255;
const SET_UID = 0o4000;
const SET_GID = 0o2000;
const GROUP_RUNS = 0o010;

/** Says what a change of a file gives, without making it. */
export function decideChange(
  union: Union,
  change: FileChange,
  umask: number,
): string | (() => void) {
  const [directory, name] = split(bytesOf(change.path));
  const place = walkTo(union, directory);
  if (typeof place === 'string') return place;
  const outcome =
    change.path === ''
      ? decideRoot(union, change)
      : decideAt({ union, place, name, found: seek(union, place, name) }, change, umask);
  if (typeof outcome === 'string') return outcome;
  return () => {
    ownUpper(union);
    const again = walkTo(union, directory);
    if (typeof again !== 'string') outcome(again);
  };
}

/** Cuts the last name off a path. */
export function split(path: ByteText): [directory: ByteText, name: ByteText] {
  const cut = path.lastIndexOf('/');
  return cut < 0 ? ['', path] : [path.slice(0, cut), path.slice(cut + 1)];
}

interface Target {
  readonly union: Union;
  readonly place: Place;
  readonly name: ByteText;
  readonly found: Found | string;
}

function seek(union: Union, { found }: Place, name: ByteText): Found | string {
  if (name === '.' || name === '..') return 'unknown';
  if (name.length > NAME_BYTES_MAX) return 'ENAMETOOLONG';
  return (name === '' ? undefined : look(union, found, name)) ?? 'ENOENT';
}

function decideAt(target: Target, change: FileChange, umask: number): Outcome {
  if (target.found === 'unknown') return 'unknown';
  switch (change.do) {
    case 'write':
    case 'append':
    case 'truncate':
      return decideContent(target, change, umask);
    case 'mkdir':
    case 'symlink':
    case 'mknod':
      return decideNew(target, change, umask);
    case 'link':
      return decideLink(target, change.from);
    case 'unlink':
    case 'rmdir':
    case 'remove-tree':
      return decideRemoval(target, change.do);
    case 'rename':
      return decideRename(target, change.to);
    case 'chmod':
    case 'chown':
    case 'utimes':
    case 'setxattr':
      return decideAttribute(target, change);
  }
}

function decideRoot(union: Union, change: FileChange): Outcome {
  if (!('mode' in change || 'uid' in change || 'mtime' in change || 'value' in change))
    return 'EBUSY';
  if (change.do === 'mkdir' || change.do === 'mknod') return 'EBUSY';
  const { found } = rootOf(union);
  const refusal = refuseAttribute(union, found.node, change);
  return refusal ?? (() => setAttribute(rootOf(union).found.node, change));
}

function decideContent(
  { union, name, found }: Target,
  change: Extract<FileChange, { do: 'write' | 'append' | 'truncate' }>,
  umask: number,
): Outcome {
  if (typeof found === 'string' && (found !== 'ENOENT' || change.do !== 'write')) return found;
  if (typeof found !== 'string') {
    const { type } = found.node;
    if (type !== 'file')
      return type === 'directory' ? 'EISDIR' : type === 'symlink' ? 'ELOOP' : 'ENXIO';
  }
  if (!union.isWritable) return 'EROFS';
  return (place) => {
    const now = look(union, place.found, name);
    const file = now === undefined ? newNode('file', 0o644 & ~umask) : copyUpFile(place, name, now);
    if (now === undefined) insert(union, place, name, inherit(place, file));
    else if (change.do !== 'append' || change.content !== '') {
      file.time = {};
      dropCapability(file);
    }
    if (change.do === 'write') file.content = change.content;
    else if (change.do === 'append') file.content += change.content;
    else file.content = file.content.slice(0, change.size).padEnd(change.size, '\0');
  };
}

function decideNew(
  { union, name, found }: Target,
  change: Extract<FileChange, { do: 'mkdir' | 'symlink' | 'mknod' }>,
  umask: number,
): Outcome {
  if (change.do === 'symlink' && change.target === '') return 'ENOENT';
  if (found === 'ENAMETOOLONG' || name === '') return name === '' ? 'ENOENT' : 'ENAMETOOLONG';
  if (typeof found !== 'string') return 'EEXIST';
  if (!union.isWritable) return 'EROFS';
  const node = makeNode(change, umask);
  // The overlay keeps devices 0:0 for itself.
  const { type, device } = node;
  if (!union.isPlain && type === 'character' && device[0] === 0 && device[1] === 0) return 'EPERM';
  return (place) => insert(union, place, name, inherit(place, node));
}

function makeNode(
  change: Extract<FileChange, { do: 'mkdir' | 'symlink' | 'mknod' }>,
  umask: number,
): Node {
  if (change.do === 'symlink') {
    return { ...newNode('symlink', 0o777), target: bytesOf(change.target) };
  }
  if (change.do === 'mkdir') return newNode('directory', change.mode & 0o1777 & ~umask);
  const node = newNode(change.kind, change.mode & 0o7777 & ~umask);
  const isDevice = change.kind === 'character' || change.kind === 'block';
  if (isDevice) node.device = [change.major, change.minor];
  return node;
}

/** What is made in a directory with the set-group-id bit gets its group. */
function inherit({ found }: Place, node: Node): Node {
  if ((found.node.mode & SET_GID) === 0) return node;
  node.gid = found.node.gid;
  if (node.children !== undefined) node.mode |= SET_GID;
  return node;
}

function decideLink({ union, name, found }: Target, from: string): Outcome {
  const [directory, fromName] = split(bytesOf(from));
  const source = walkTo(union, directory);
  if (typeof source === 'string') return source;
  const old = seek(union, source, fromName);
  if (typeof old === 'string') return old;
  if (found === 'ENAMETOOLONG') return found;
  if (typeof found !== 'string') return 'EEXIST';
  if (name === '') return 'ENOENT';
  if (!union.isWritable) return 'EROFS';
  if (old.node.children !== undefined) return 'EPERM';
  return (place) => {
    const again = walkTo(union, directory);
    const now = typeof again === 'string' ? undefined : look(union, again.found, fromName);
    if (typeof again === 'string' || now === undefined) return;
    const node = copyUpFile(again, fromName, now);
    // The copy may have been made above the very directory that gets the name.
    insert(union, refind(union, place), name, node);
  };
}

/** Finds a directory once more, after files were copied up. */
function refind(union: Union, { parent, name }: Place): Place {
  if (parent === undefined) return rootOf(union);
  const above = refind(union, parent);
  const found = look(union, above.found, name);
  return { found: found ?? above.found, name, parent: above };
}

function decideRemoval(
  { union, name, found }: Target,
  how: 'unlink' | 'rmdir' | 'remove-tree',
): Outcome {
  if (typeof found === 'string' && (how === 'remove-tree' || found !== 'ENOENT')) return found;
  if (!union.isWritable) return 'EROFS';
  if (typeof found === 'string') return found;
  const isDirectory = found.node.children !== undefined;
  if (how === 'unlink' && isDirectory) return 'EISDIR';
  if (how === 'rmdir' && !isDirectory) return 'ENOTDIR';
  if (how === 'rmdir' && list(union, found).length > 0) return 'ENOTEMPTY';
  if (isDirectory && holdsWhiteouts(union, found)) return 'unknown';
  return (place) => erase(union, place, name);
}

function decideRename({ union, place, name, found }: Target, to: string): Outcome {
  const [directory, toName] = split(bytesOf(to));
  const target = walkTo(union, directory);
  if (typeof target === 'string') return target;
  if (!union.isWritable) return 'EROFS';
  if (typeof found === 'string') return found;
  const old = seek(union, target, toName);
  if (old === 'unknown' || old === 'ENAMETOOLONG') return old;
  if (toName === '') return 'ENOENT';
  const { node } = found;
  if (isAbove(node, target)) return 'EINVAL';
  const isThere = typeof old !== 'string';
  if (isThere && isAbove(old.node, place)) return 'ENOTEMPTY';
  const isSame = isThere && old.node === node;
  const isSamePlace = place.found.node === target.found.node && name === toName;
  if (isSame && (isSamePlace || found.layer === 0)) return () => undefined;
  const isDirectory = node.children !== undefined;
  if (isThere && isDirectory && old.node.children === undefined) return 'ENOTDIR';
  if (isThere && !isDirectory && old.node.children !== undefined) return 'EISDIR';
  const isMoved = found.parts.length <= 1 && found.layer === 0;
  if (isDirectory && !isMoved && !union.isPlain) {
    return union.marksRedirects === true ? 'unknown' : 'EXDEV';
  }
  if (isThere && isDirectory && list(union, old).length > 0) {
    // The kernel has made the directory opaque by then, where what it goes to lies on layers.
    return liesOnLayers(union, target) && !node.opaque ? 'unknown' : 'ENOTEMPTY';
  }
  if (isThere && isDirectory && holdsWhiteouts(union, old)) return 'unknown';
  return (from) => rename(union, { from, name, directory, toName });
}

/** Tells whether a directory is, or lies above, a place. */
function isAbove(node: Node, place: Place | undefined): boolean {
  if (node.children === undefined) return false;
  for (let at = place; at !== undefined; at = at.parent) if (at.found.node === node) return true;
  return false;
}

interface Move {
  readonly from: Place;
  readonly name: ByteText;
  readonly directory: ByteText;
  readonly toName: ByteText;
}

function rename(union: Union, { from, name, directory, toName }: Move): void {
  const found = look(union, from.found, name);
  if (found === undefined) return;
  const node = copyUpFile(from, name, found);
  const isCovering = showsBelow(union, from, name);
  // The way there may lead through the very symlink that is moved.
  const into = walkTo(union, directory);
  if (typeof into === 'string') return;
  erase({ ...union, whiteout: undefined }, refind(union, from), name);
  const target = refind(union, into);
  const upper = target.found.parts[0]?.layer === 0 ? target.found.parts[0].node : undefined;
  const hidden = upper?.children?.get(toName);
  // A directory that comes to lie on layers must not show what they have under its name.
  const isOpaque = node.opaque || (node.children !== undefined && liesOnLayers(union, target));
  insert(union, target, toName, node);
  node.opaque = isOpaque;
  // Where the target was a whiteout, the two change places: it is the one that stays behind.
  if (!isCovering || hidden === undefined || !isWhiteout(hidden)) return;
  const left = refind(union, from).found.node.children;
  if (left?.has(name) === true) left.set(name, hidden);
}

function decideAttribute(
  { union, name, found }: Target,
  change: Extract<FileChange, { do: 'chmod' | 'chown' | 'utimes' | 'setxattr' }>,
): Outcome {
  if (typeof found === 'string') return found;
  if (change.do === 'chmod' && found.node.type === 'symlink') return 'ELOOP';
  const refusal = refuseAttribute(union, found.node, change);
  if (refusal !== undefined) return refusal;
  return (place) => {
    const now = look(union, place.found, name);
    if (now !== undefined) setAttribute(copyUpFile(place, name, now), change);
  };
}

function refuseAttribute(union: Union, { type }: Node, change: FileChange): string | undefined {
  if (!union.isWritable) return 'EROFS';
  if (change.do !== 'setxattr') return undefined;
  const hasUser = type === 'file' || type === 'directory';
  if (change.name.startsWith('user.')) return hasUser ? undefined : 'EPERM';
  const isPlain = change.name.startsWith('trusted.') && !change.name.startsWith('trusted.overlay.');
  return isPlain || isCapability(change.name, change.value) ? undefined : 'unknown';
}

/** The kernel takes a capability of the second revision as it is. */
export function isCapability(name: string, value: ByteText): boolean {
  return name === CAPABILITY && value.length === 20 && value.charCodeAt(3) === 2;
}

function setAttribute(node: Node, change: FileChange): void {
  if (change.do === 'chmod') node.mode = change.mode & 0o7777;
  else if (change.do === 'chown') changeOwner(node, change.uid, change.gid);
  else if (change.do === 'utimes') node.time = { moment: change.mtime };
  else if (change.do === 'setxattr') {
    node.xattrs = new Map(node.xattrs).set(change.name, change.value);
  }
}

/** Another owner takes away what the old one may have granted. */
export function changeOwner(node: Node, uid: number, gid: number): void {
  node.uid = uid;
  node.gid = gid;
  if (node.children !== undefined) return;
  node.mode &= ~SET_UID;
  if ((node.mode & GROUP_RUNS) !== 0) node.mode &= ~SET_GID;
  dropCapability(node);
}

function dropCapability(node: Node): void {
  if (node.xattrs?.has(CAPABILITY) !== true) return;
  const left = new Map(node.xattrs);
  left.delete(CAPABILITY);
  node.xattrs = left.size === 0 ? undefined : left;
}
