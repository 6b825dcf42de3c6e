import { assert } from '../../domain/assert.js';
import { FILE_TYPE } from '../../domain/host/file-type.js';
import { InodeError, inodeError } from '../../domain/union/inode-error.js';
import type { ByteString, NodeKey, NodeRef } from '../../domain/union/volume.js';
import { encodeText, toByteString } from './byte-string.js';
import type { FindMachineVolume, MachineVolume } from './machine-volume.js';
import type { MountTable } from './mount-table.js';

/** PATH_MAX: with its NUL no path is longer. */
const PATH_MAX = 4096;
/** So many symlinks are followed in one path. */
const LINKS_MAX = 40;
/** Anything but the characters that are one byte each and may be in a path. */
const UNUSUAL = /[^\u0001-\u007f]/;

/**
 * Gives the bytes of a text as a call takes them.
 *
 * @throws InodeError EINVAL for a NUL, ENAMETOOLONG for what does not fit in PATH_MAX.
 * @internal
 */
export function pathBytes(text: string): ByteString {
  let bytes = text;
  if (UNUSUAL.test(text)) {
    if (text.includes('\0')) throw inodeError('EINVAL');
    bytes = encodeText(text);
  }
  if (bytes.length >= PATH_MAX) throw inodeError('ENAMETOOLONG');
  return bytes;
}

/**
 * Walks paths as the kernel does: through symlinks, mounts and `..`. The place that a walk ended at
 * is in its fields until the next walk.
 *
 * @source Linux fs/namei.c link_path_walk, walk_component, follow_dotdot
 * @internal
 */
export class PathWalk {
  volume: MachineVolume;
  /** What was found; after a walk to a parent, the parent. */
  node: NodeKey;
  /** After a walk to a parent: the last name; `''` for a path of slashes alone. */
  last: ByteString = '';
  /** Whether a slash came after the last name. */
  trailing = false;
  readonly #find: FindMachineVolume;
  readonly #mounts: MountTable;
  #rootVolume: MachineVolume;
  #rootNode: NodeKey;
  #links = 0;

  constructor(find: FindMachineVolume, mounts: MountTable) {
    this.#find = find;
    this.#mounts = mounts;
    this.volume = find(mounts.root().volume);
    this.node = this.volume.root;
    this.#rootVolume = this.volume;
    this.#rootNode = this.node;
  }

  /** How many symlinks the last walk followed. */
  get followed(): number {
    return this.#links;
  }

  /** Finds what a path names; a last symlink is followed where told or where a slash ends it. */
  find(path: string, follow: boolean, cwd?: NodeRef): void {
    this.#start(cwd);
    this.#findAll(pathBytes(path), follow);
  }

  /** Finds the directory that a path's last name is in. */
  toParent(path: string): void {
    this.#start(undefined);
    this.#toParent(pathBytes(path));
  }

  /**
   * Takes a directory and one name in it for a place.
   *
   * @throws InodeError EINVAL, ENAMETOOLONG or ENOENT for a name that nothing has.
   */
  toEntry(volume: MachineVolume, node: NodeKey, name: Uint8Array): void {
    if (name.length >= PATH_MAX) throw inodeError('ENAMETOOLONG');
    const last = toByteString(name);
    if (last.includes('\0')) throw inodeError('EINVAL');
    assert(!last.includes('/'), 'a name below a directory holds no slash');
    assert(last !== '..', 'a name below a directory is not ..');
    if (last === '') throw inodeError('ENOENT');
    this.#links = 0;
    this.volume = volume;
    this.node = node;
    this.last = last;
    this.trailing = false;
  }

  /** Goes on from a place to what its last name names. */
  findLast(follow: boolean): void {
    const { trailing } = this;
    this.#step(this.last, follow || trailing);
    if (trailing) this.#checkDirectory();
  }

  /**
   * Goes on from a place whose last name is a symlink to the place that the symlink names.
   *
   * @param link - the symlink, which the last name was looked up as.
   */
  followLast(link: NodeKey): void {
    this.#countLink();
    const target = this.volume.readlink(link);
    const { trailing } = this;
    this.#toParent(target);
    this.trailing ||= trailing;
  }

  /** Finds a directory below another, which is taken for `/`. */
  findInRoot(volume: MachineVolume, node: NodeKey, path: Uint8Array): void {
    const bytes = toByteString(path);
    if (bytes.includes('\0')) throw inodeError('EINVAL');
    if (bytes.length >= PATH_MAX) throw inodeError('ENAMETOOLONG');
    const [rootVolume, rootNode] = [this.#rootVolume, this.#rootNode];
    this.#rootVolume = volume;
    this.#rootNode = node;
    this.#links = 0;
    this.volume = volume;
    this.node = node;
    try {
      if (bytes !== '') this.#findAll(bytes, true);
      this.#checkDirectory();
    } finally {
      this.#rootVolume = rootVolume;
      this.#rootNode = rootNode;
    }
  }

  /** Tells whether the last name of a path is a node, covered or not. */
  leadsTo(path: ByteString, node: NodeRef): boolean {
    try {
      this.#start(undefined);
      this.#toParent(path);
      const { volume, last } = this;
      return volume.id === node.volume && volume.lookup(this.node, last) === node.node;
    } catch (error) {
      if (error instanceof InodeError) return false;
      throw error;
    }
  }

  #start(cwd: NodeRef | undefined): void {
    this.#links = 0;
    this.volume = cwd === undefined ? this.#rootVolume : this.#find(cwd.volume);
    this.node = cwd === undefined ? this.#rootNode : cwd.node;
  }

  #findAll(path: ByteString, follow: boolean): void {
    this.#toParent(path);
    if (this.last !== '') this.findLast(follow);
  }

  /** Walks to the last name, which is left in `last`. */
  #toParent(path: ByteString): void {
    if (path === '') throw inodeError('ENOENT');
    const { length } = path;
    let start = 0;
    if (path.charCodeAt(0) === 0x2f) {
      this.volume = this.#rootVolume;
      this.node = this.#rootNode;
      while (start < length && path.charCodeAt(start) === 0x2f) start += 1;
    }
    if (start === length) {
      this.last = '';
      this.trailing = false;
      return;
    }
    for (;;) {
      const slash = path.indexOf('/', start);
      const name = slash === -1 ? path.slice(start) : path.slice(start, slash);
      let next = slash === -1 ? length : slash + 1;
      while (next < length && path.charCodeAt(next) === 0x2f) next += 1;
      if (next >= length) {
        if (name === '.' || name === '..') this.#checkDirectory();
        this.last = name;
        this.trailing = slash !== -1;
        return;
      }
      this.#step(name, true);
      start = next;
    }
  }

  #step(name: ByteString, follow: boolean): void {
    if (name === '.') {
      this.#checkDirectory();
      return;
    }
    if (name === '..') {
      this.#checkDirectory();
      this.#up();
      return;
    }
    const found = this.volume.lookup(this.node, name);
    if (found === undefined) throw inodeError('ENOENT');
    if (follow && (this.volume.mode(found) & FILE_TYPE.MASK) === FILE_TYPE.SYMLINK) {
      this.#countLink();
      this.#findAll(this.volume.readlink(found), true);
      return;
    }
    this.node = found;
    if (this.#mounts.size > 1) this.#cross();
  }

  #countLink(): void {
    this.#links += 1;
    if (this.#links > LINKS_MAX) throw inodeError('ELOOP');
  }

  #up(): void {
    while (!(this.volume === this.#rootVolume && this.node === this.#rootNode)) {
      if (this.node !== this.volume.root) {
        this.node = this.volume.parent(this.node);
        this.#cross();
        return;
      }
      const at = this.#mounts.of(this.volume.id)?.at;
      if (at === undefined) return;
      this.volume = this.#find(at.volume);
      this.node = at.node;
    }
  }

  #cross(): void {
    for (;;) {
      const mount = this.#mounts.on(this.volume.id, this.node);
      if (mount === undefined) return;
      this.volume = this.#find(mount.volume);
      this.node = this.volume.root;
    }
  }

  #checkDirectory(): void {
    const type = this.volume.mode(this.node) & FILE_TYPE.MASK;
    if (type !== FILE_TYPE.DIRECTORY) throw inodeError('ENOTDIR');
  }
}
