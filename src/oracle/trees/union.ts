import type { ByteText } from '../commands/operation.js';
import { isWhiteout, newNode, type Node, type Tree } from './tree.js';

/**
 * What a directory shows that lies on others, by the rules of overlayfs without redirects, index
 * and metacopy; or a plain directory, which is one tree where whiteouts are devices.
 */
export interface Union {
  /** Uppermost first; with the upper, where there is one. */
  readonly trees: readonly Tree[];
  readonly isWritable: boolean;
  readonly isPlain: boolean;
  /** The one whiteout that the kernel links to every name it deletes; none before Linux 5.8. */
  whiteout: Node | undefined;
  /** Whether a directory that is made in a merged one is opaque, as some kernels have it. */
  readonly marksNew?: boolean;
  /** Whether merged directories can be renamed. */
  readonly marksRedirects?: boolean;
  /** False once a layer changed below it: the kernel promises nothing then. */
  isKnown: boolean;
}

/** A directory of one of the trees. */
interface Part {
  readonly layer: number;
  readonly node: Node;
}

/** A file as it shows. */
export interface Found {
  readonly node: Node;
  /** Which tree it comes from; 0 is the uppermost. */
  readonly layer: number;
  /** The directories that make up a directory, uppermost first; empty for anything else. */
  readonly parts: readonly Part[];
}

/** A directory, and how one comes to it from the root. */
export interface Place {
  readonly found: Found;
  readonly name: ByteText;
  readonly parent: Place | undefined;
}

const SYMLINKS_MAX = 40;
const NAME_BYTES_MAX = 255;

/** Gives the root, which merges every layer, whatever it is marked with. */
export function rootOf({ trees }: Union): Place {
  const parts = trees.map(({ root: node }, layer) => ({ layer, node }));
  const node = parts[0]?.node ?? newNode('directory', 0o755);
  return { found: { node, layer: 0, parts }, name: '', parent: undefined };
}

/** Looks a name up in a directory. */
export function look(union: Union, { parts }: Found, name: ByteText): Found | undefined {
  let first: Part | undefined;
  const merged: Part[] = [];
  for (const part of parts) {
    const node = part.node.children?.get(name);
    if (node === undefined) continue;
    if (!union.isPlain && isWhiteout(node)) break;
    const { layer } = part;
    if (node.children === undefined) {
      if (first === undefined) return { node, layer, parts: [] };
      break;
    }
    const directory = { layer, node };
    first ??= directory;
    merged.push(directory);
    if (node.opaque && !union.isPlain) break;
  }
  return first === undefined ? undefined : { ...first, parts: merged };
}

/** Lists a directory in the order of names. */
export function list(union: Union, { parts }: Found): ByteText[] {
  const [only] = parts;
  if (parts.length === 1 && union.isPlain) return [...(only?.node.children?.keys() ?? [])].sort();
  const seen = new Set<ByteText>();
  const names: ByteText[] = [];
  for (const { node } of parts) {
    for (const [name, child] of node.children ?? []) {
      if (seen.has(name)) continue;
      seen.add(name);
      if (!isWhiteout(child)) names.push(name);
    }
  }
  return names.sort();
}

/**
 * Tells whether a directory of the uppermost tree alone, or one below it, holds whiteouts: nothing
 * shows there, and yet the kernel takes it for full.
 */
export function holdsWhiteouts(union: Union, found: Found): boolean {
  if (union.isPlain) return false;
  const [only] = found.parts;
  if (found.parts.length === 1 && only?.layer === 0) {
    for (const child of only.node.children?.values() ?? []) if (isWhiteout(child)) return true;
  }
  return list(union, found).some((name) => {
    const child = look(union, found, name);
    return child?.node.children !== undefined && holdsWhiteouts(union, child);
  });
}

/** Finds a directory by its path, the root taken for `/`; gives an errno where there is none. */
export function walkTo(union: Union, path: ByteText): Place | string {
  let place = rootOf(union);
  if (path === '') return place;
  const waiting = path.split('/').reverse();
  for (let symlinks = 0; ;) {
    const name = waiting.pop();
    if (name === undefined) return place;
    if (name === '' || name === '.') continue;
    if (name === '..') {
      place = place.parent ?? place;
      continue;
    }
    if (name.length > NAME_BYTES_MAX) return 'ENAMETOOLONG';
    const found = look(union, place.found, name);
    if (found === undefined) return 'ENOENT';
    if (found.node.type === 'symlink') {
      if (++symlinks > SYMLINKS_MAX) return 'ELOOP';
      if (found.node.target.startsWith('/')) place = rootOf(union);
      waiting.push(...found.node.target.split('/').reverse());
    } else if (found.node.children === undefined) return 'ENOTDIR';
    else place = { found, name, parent: place };
  }
}

/** Makes the uppermost tree safe to write to. Places found before are good for nothing then. */
export function ownUpper(union: Union): void {
  const copies = union.trees[0]?.own();
  if (copies === undefined || union.whiteout === undefined) return;
  union.whiteout = copies.get(union.whiteout) ?? union.whiteout;
}

/** Gives the directory in the uppermost tree, copied up with those above it where need be. */
function copyUp({ found, name, parent }: Place): Map<ByteText, Node> {
  const { node, layer } = found;
  if (layer === 0) return node.children ?? new Map<ByteText, Node>();
  const children = new Map<ByteText, Node>();
  const above = parent === undefined ? undefined : upperOf(parent);
  above?.set(name, { ...node, opaque: false, children });
  return children;
}

/** The same, after `found` may have become stale because a copy was made. */
function upperOf(place: Place): Map<ByteText, Node> {
  if (place.parent === undefined || place.found.layer === 0) return copyUp(place);
  const above = upperOf(place.parent);
  return above.get(place.name)?.children ?? copyUp(place);
}

/** Gives a file of the uppermost tree that may be changed, copied up where it lies below. */
export function copyUpFile(place: Place, name: ByteText, { node, layer }: Found): Node {
  if (layer === 0) return node;
  const copy = { ...node, opaque: false };
  if (node.children !== undefined) copy.children = new Map();
  upperOf(place).set(name, copy);
  return copy;
}

/** Tells whether a name shows in the layers below the uppermost. */
export function showsBelow(union: Union, { found }: Place, name: ByteText): boolean {
  const parts = found.parts.filter(({ layer }) => layer > 0);
  return parts.length > 0 && look(union, { ...found, parts }, name) !== undefined;
}

/**
 * Puts a file under a name where nothing shows. A directory in place of a whiteout is opaque; some
 * kernels mark every one whose parent is merged.
 */
export function insert(union: Union, place: Place, name: ByteText, node: Node): void {
  const above = upperOf(place);
  const hidden = above.get(name);
  const isHiding = !union.isPlain && hidden !== undefined && isWhiteout(hidden);
  const isMarked = isHiding || (union.marksNew === true && liesOnLayers(union, place));
  if (isMarked && node.children !== undefined) node.opaque = true;
  above.set(name, node);
  touch(place);
}

/** Tells whether a directory is merged, or will be once it is copied up. */
export function liesOnLayers(union: Union, { found }: Place): boolean {
  return !union.isPlain && found.parts.some(({ layer }) => layer > 0);
}

/** Takes a name away, whatever it names; what shows below needs a whiteout. */
export function erase(union: Union, place: Place, name: ByteText): void {
  const above = upperOf(place);
  if (!union.isPlain && showsBelow(union, place, name)) {
    above.set(name, union.whiteout ?? newNode('character', 0));
  } else above.delete(name);
  touch(place);
}

/** A directory whose names changed was modified now. */
function touch(place: Place): void {
  if (place.found.layer === 0) place.found.node.time = {};
  else if (place.parent !== undefined) {
    const node = upperOf(place.parent).get(place.name);
    if (node !== undefined) node.time = {};
  }
}
