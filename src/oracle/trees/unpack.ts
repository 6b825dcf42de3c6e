import type { ByteText } from '../commands/operation.js';
import { type Item, OPAQUE, visit, WHITEOUT } from './archive.js';
import { changeOwner, isCapability, split } from './change.js';
import { isWhiteout, newNode, type Node, type Xattrs } from './tree.js';
import {
  copyUpFile,
  erase,
  type Found,
  holdsWhiteouts,
  insert,
  look,
  type Place,
  rootOf,
  type Union,
  walkTo,
} from './union.js';

/** How an archive is unpacked. */
export interface Unpacking {
  readonly strict: boolean;
  readonly impliedMode: number;
  /** Whiteouts become whiteouts; else they are deleted by, in the merged tree. */
  readonly isNative: boolean;
  /** C-08, C-17: whether a store unpacks it, which passes over and refuses other things. */
  readonly isStore?: boolean;
  /** What the layers below show, for strict's root opaque mark. */
  below(): Union | undefined;
}

/** What stopped the unpacking: the errno of a call, or nothing but its error class. */
export interface Stop {
  readonly errno?: string;
}

const AUFS = '.wh..wh.';
const AUFS_LINKS = '.wh..wh.plnk';
const PRIVATE = /^(trusted|user)\.overlay\./;

/**
 * Unpacks an archive into a tree: reference, section 18. What was unpacked before it stops stays.
 */
export class Unpacker {
  /** False once something was unpacked that changes what the kernel makes of the tree. */
  isKnown = true;
  readonly #union: Union;
  readonly #how: Unpacking;
  readonly #paths = new Set<ByteText>();
  readonly #aufs = new Map<ByteText, Item>();
  readonly #directories: Item[] = [];
  /** What waits until the end, in strict, since a failure could not take it back. */
  readonly #roots: Item[] = [];
  #hasRootMark = false;

  constructor(union: Union, how: Unpacking) {
    this.#union = union;
    this.#how = how;
  }

  run(items: readonly Item[]): Stop | undefined {
    for (const item of items) {
      const stop = this.#unpack(item);
      if (stop !== undefined) return stop;
    }
    for (const { name, time } of this.#directories) {
      const node = this.#find(name);
      if (typeof node === 'string') return { errno: node };
      node.time = time;
    }
    for (const item of this.#roots) this.#equip(rootOf(this.#union).found.node, item);
    if (this.#hasRootMark) this.#hideRoot();
    return undefined;
  }

  #unpack(item: Item): Stop | undefined {
    const path = cleanPath(item.name);
    const { isNative, strict } = this.#how;
    const isAufsLink = item.type === 'link' && cleanPath(item.target).startsWith(AUFS_LINKS);
    if (isAufsLink && isNative && strict) return {};
    if (path === '') return this.#unpackRoot(item);
    const [directory, name] = split(path);
    const isAufs = path.startsWith(AUFS) && path !== OPAQUE && (!isNative || strict);
    if (isAufs && isNative) return undefined;
    const place = this.#makeParents(directory);
    if (place === 'EEXIST') return { errno: place };
    if (isAufs) {
      if (path.startsWith(AUFS_LINKS) && item.type === 'file') {
        this.#aufs.set(name, item);
      }
      return undefined;
    }
    // What lies under the very name of the entry goes first, unless both are directories.
    if (isNative) this.#clear(place, name, item);
    if (name === OPAQUE) return this.#hide(place, directory);
    if (name.startsWith(WHITEOUT)) {
      return this.#delete(item, directory, name.slice(WHITEOUT.length));
    }
    if (!isNative) this.#clear(place, name, item);
    return this.#create(this.#linked(item), path);
  }

  /** QUIRK: Q-29: `./` is passed over by the native unpacker, and no other name of the root. */
  #unpackRoot(item: Item): Stop | undefined {
    const { isNative, strict } = this.#how;
    const { found } = rootOf(this.#union);
    const isDot = !item.name.startsWith('/') && !item.name.includes('..');
    if (isDot && isNative && (!strict || item.type !== 'directory')) return undefined;
    if (item.type !== 'directory') {
      found.node.children?.clear();
      this.isKnown = false;
      return { errno: 'EBUSY' };
    }
    this.#directories.push(item);
    if (!strict) return this.#equip(found.node, item);
    this.#roots.push(item);
    return undefined;
  }

  #makeParents(directory: ByteText, isDirect = true): Place | string {
    const place = walkTo(this.#union, directory);
    if (place !== 'ENOENT') return place;
    const [above, name] = split(directory);
    const parent = this.#makeParents(above, false);
    if (typeof parent === 'string') return parent;
    // A symlink that leads nowhere is there, and in the way of what goes below it.
    const isThere = look(this.#union, parent.found, name) !== undefined;
    if (isThere) return isDirect ? 'ENOENT' : 'EEXIST';
    // QUIRK: Q-27.
    const isOdd = !this.#how.isNative && !this.#how.strict;
    const mode = isOdd ? 0o600 : this.#how.impliedMode;
    insert(this.#union, parent, name, newNode('directory', mode));
    return walkTo(this.#union, directory);
  }

  #clear(place: Place | string, name: ByteText, { type }: Item): void {
    if (typeof place === 'string') return;
    const old = look(this.#union, place.found, name);
    if (old === undefined || (type === 'directory' && old.node.children !== undefined)) return;
    this.#erase(place, name, old);
  }

  #erase(place: Place, name: ByteText, old: Found): void {
    if (old.node.children !== undefined && holdsWhiteouts(this.#union, old)) this.isKnown = false;
    erase(this.#union, place, name);
  }

  /** An opaque mark: natively an attribute; else what lower layers show is deleted. */
  #hide(place: Place | string, directory: ByteText): Stop | undefined {
    if (typeof place === 'string') {
      const found = this.#find(directory);
      // A file may carry the mark as well; it means nothing there.
      return typeof found === 'string' ? { errno: found } : undefined;
    }
    const { found } = place;
    if (this.#how.isNative) {
      if (place.parent !== undefined) found.node.opaque = true;
      else this.#hasRootMark = this.#how.strict;
      return undefined;
    }
    // A walk that begins at a symlink ends there.
    const [above, last] = split(directory);
    const way = walkTo(this.#union, above);
    const start = typeof way === 'string' ? undefined : look(this.#union, way.found, last);
    if (start?.node.type === 'symlink') return undefined;
    const prefix = directory === '' ? '' : `${directory}/`;
    const doomed: ByteText[] = [];
    visit(this.#union, found, prefix, (path) => {
      if (!this.#paths.has(path)) doomed.push(path);
    });
    for (const path of doomed) this.#remove(path);
    return undefined;
  }

  /** Every root entry of the layers below that the archive does not bring gets a whiteout. */
  #hideRoot(): void {
    const below = this.#how.below();
    const { children } = rootOf(this.#union).found.node;
    if (below === undefined || children === undefined) return;
    this.isKnown &&= below.isKnown;
    visit(below, rootOf(below).found, '', (path) => {
      if (!path.includes('/') && !children.has(path)) children.set(path, newNode('character', 0));
    });
  }

  #remove(path: ByteText): Stop | undefined {
    const [directory, name] = split(path);
    const place = walkTo(this.#union, directory);
    if (typeof place === 'string') return place === 'ENOENT' ? undefined : { errno: place };
    const old = look(this.#union, place.found, name);
    if (old !== undefined) this.#erase(place, name, old);
    return undefined;
  }

  #delete({ uid, gid }: Item, directory: ByteText, name: ByteText): Stop | undefined {
    const { isNative, strict } = this.#how;
    // QUIRK: Q-38: names that mean the directory, or the one above it.
    const isOdd = name === '' || name === '.' || name === '..';
    if (isOdd && strict) return {};
    if (isOdd && isNative) {
      const found = this.#find(name === '..' ? `${directory}/..` : directory);
      return { errno: typeof found === 'string' ? found : 'EEXIST' };
    }
    const path = cleanPath(`${directory}/${name}`);
    if (!isNative) {
      if (path !== '') return this.#remove(path);
      for (const child of this.#names()) this.#remove(child);
      return { errno: 'EBUSY' };
    }
    let place = walkTo(this.#union, directory);
    if (place === 'ENOTDIR' && this.#how.isStore === true) return undefined;
    if (typeof place === 'string') return { errno: place };
    if (place.found.node.children?.has(name) === true) {
      // QUIRK: Q-37.
      if (!strict) return { errno: 'EEXIST' };
      // What goes first may have been the very way to the place.
      erase(this.#union, place, name);
      place = walkTo(this.#union, directory);
      if (typeof place === 'string') return { errno: place };
    }
    insert(this.#union, place, name, { ...newNode('character', 0), uid, gid });
    return undefined;
  }

  #names(): ByteText[] {
    const names: ByteText[] = [];
    visit(this.#union, rootOf(this.#union).found, '', (path) => {
      if (!path.includes('/')) names.push(path);
    });
    return names;
  }

  /** The naive unpacker keeps the files that aufs links to, and gives them back by their names. */
  #linked(item: Item): Item | Stop {
    if (item.type !== 'link' || !cleanPath(item.target).startsWith(AUFS_LINKS)) return item;
    if (this.#how.isNative) return item;
    const stored = this.#aufs.get(split(item.target)[1]);
    return stored === undefined ? {} : { ...stored, name: item.name };
  }

  #create(item: Item | Stop, path: ByteText): Stop | undefined {
    if (!('name' in item)) return item;
    const [directory, name] = split(path);
    // What was deleted first may have been the very way to the place, or copied it up.
    const place = walkTo(this.#union, directory);
    if (typeof place === 'string') return { errno: this.#missing(item) ?? place };
    const old = look(this.#union, place.found, name);
    let node: Node;
    let isSeen = true;
    if (item.type === 'socket') return {};
    if (item.type === 'link') {
      const target = this.#source(item.target);
      if (typeof target === 'string') return { errno: target };
      node = target;
      const again = walkTo(this.#union, directory);
      if (typeof again !== 'string') insert(this.#union, again, name, node);
      // The link name is looked up as it stands: mode and time are set where it leads to a file.
      isSeen = this.#isThere(item.target);
    } else if (old !== undefined) node = copyUpFile(place, name, old);
    else {
      const { content, target, device } = item;
      // The overlay keeps devices 0:0 for itself.
      if (!this.#union.isPlain && isWhiteout(item)) return { errno: 'EPERM' };
      node = {
        ...newNode(item.type, item.type === 'symlink' ? 0o777 : 0),
        content,
        target,
        device,
      };
      if (item.type !== 'character' && item.type !== 'block') node.device = [0, 0];
      if (item.type !== 'symlink') node.target = '';
      insert(this.#union, place, name, node);
    }
    if (!this.#how.isNative) this.#paths.add(path);
    if (item.type === 'directory') this.#directories.push(item);
    return isSeen ? this.#equip(node, item) : this.#describe(node, item);
  }

  #isThere(target: ByteText): boolean {
    const [directory, name] = split(target);
    const place = walkTo(this.#union, directory);
    if (typeof place === 'string') return false;
    if (name === '' || name === '.' || name === '..') return true;
    const found = look(this.#union, place.found, name);
    return found !== undefined && found.node.type !== 'symlink';
  }

  /** Gives the file that a hard link names, safe to write to. */
  /** The kernel looks for the source of a hard link before it looks where it goes. */
  #missing({ type, target }: Item): string | undefined {
    if (type !== 'link') return undefined;
    const [directory, name] = split(cleanPath(target));
    const place = walkTo(this.#union, directory);
    if (typeof place === 'string') return place;
    return name === '' || look(this.#union, place.found, name) !== undefined ? undefined : 'ENOENT';
  }

  #source(target: ByteText): Node | string {
    const [directory, name] = split(cleanPath(target));
    const place = walkTo(this.#union, directory);
    if (typeof place === 'string') return place;
    const found: Found | undefined =
      name === '' ? place.found : look(this.#union, place.found, name);
    if (found === undefined) return 'ENOENT';
    return found.node.children === undefined ? copyUpFile(place, name, found) : 'EPERM';
  }

  #equip(node: Node, item: Item): Stop | undefined {
    const stop = this.#describe(node, item);
    if (node.type !== 'symlink') node.mode = item.mode;
    const isOther = item.type === 'link' && node.type === 'symlink';
    // A directory's lasts if nothing is put into it, and counts where the archive breaks off.
    if (!isOther) node.time = item.time;
    return stop;
  }

  #describe(node: Node, item: Item): Stop | undefined {
    let stop: Stop | undefined;
    changeOwner(node, item.uid, item.gid);
    for (const [name, value] of item.xattrs ?? []) {
      if (PRIVATE.test(name) && this.#how.strict) continue;
      const hasUser = node.type === 'file' || node.type === 'directory';
      if (name.startsWith('user.') && !hasUser) {
        // Attributes come in random order, and the first that fails is the last.
        if (this.#how.isStore === true) stop = { errno: 'EPERM' };
        continue;
      }
      // QUIRK: Q-40.
      const isMark = name === 'trusted.overlay.opaque' && value === 'y';
      if (isMark && this.#union.isPlain) node.opaque = true;
      else if (name.startsWith('trusted.overlay.')) this.isKnown = false;
      else if (name === 'security.capability' && !isCapability(name, value)) this.isKnown = false;
      else node.xattrs = withAttribute(node.xattrs, name, value);
    }
    if (stop !== undefined && (item.xattrs?.size ?? 0) > 1) this.isKnown = false;
    return stop;
  }

  /** Finds what a path leads to, following a symlink at its end. */
  #find(name: ByteText): Node | string {
    const path = cleanPath(name);
    const [directory, last] = split(path);
    const place = walkTo(this.#union, directory);
    if (typeof place === 'string') return place;
    const found = last === '' ? place.found : look(this.#union, place.found, last);
    if (found === undefined) return 'ENOENT';
    if (found.node.type === 'symlink') this.isKnown = false;
    return last === '' ? found.node : copyUpFile(place, last, found);
  }
}

function withAttribute(xattrs: Xattrs | undefined, name: string, value: ByteText): Xattrs {
  return new Map(xattrs).set(name, value);
}

/** Cleans a name of an archive; nothing leads out of the root. */
function cleanPath(name: ByteText): ByteText {
  if (!name.includes('/') && !name.startsWith('.')) return name;
  const names: ByteText[] = [];
  for (const part of name.split('/')) {
    if (part === '..') names.pop();
    else if (part !== '' && part !== '.') names.push(part);
  }
  return names.join('/');
}
