import { FILE_TYPE } from '../../domain/host/file-type.js';
import { OPEN } from '../../domain/host/open-flags.js';
import { inodeError } from '../../domain/union/inode-error.js';
import type { NewNode, NodeKey } from '../../domain/union/volume.js';
import type { Machine, NamespaceId } from './machine.js';
import type { MachineVolume } from './machine-volume.js';
import type { MountTable } from './mount-table.js';
import type { OpenFile } from './open-file.js';
import type { PathWalk } from './path-walk.js';

const ACCESS_MODE = 3;
const PERMISSIONS = 0o7777;
/** Majors have 12 bits in the kernel, minors 20. */
const MAJOR_MAX = 0xfff;
const MINOR_MAX = 0xfffff;

/**
 * The calls that make, open, move and remove names, on places that a walk ended at: by path and
 * below an open directory they are the same.
 *
 * @source Linux fs/namei.c
 * @internal
 */
export class EntryCalls {
  readonly #machine: Machine;
  readonly #namespace: NamespaceId;
  readonly #mounts: MountTable;
  readonly #umask: number;

  constructor(machine: Machine, namespace: NamespaceId) {
    this.#machine = machine;
    this.#namespace = namespace;
    this.#mounts = machine.mounts(namespace);
    this.#umask = machine.kernel.umask;
  }

  mkdir(place: PathWalk, mode: number): void {
    this.#make(place, this.#newNode(FILE_TYPE.DIRECTORY | (mode & 0o1777)));
  }

  symlink(place: PathWalk, target: string): void {
    if (target === '') throw inodeError('ENOENT');
    this.#make(place, { mode: FILE_TYPE.SYMLINK | 0o777, uid: 0, gid: 0, target });
  }

  mknod(place: PathWalk, mode: number, rdevMajor: number, rdevMinor: number): void {
    const type = mode & FILE_TYPE.MASK || FILE_TYPE.REGULAR;
    if (type === FILE_TYPE.DIRECTORY) throw inodeError('EPERM');
    if (type === FILE_TYPE.SYMLINK) throw inodeError('EINVAL');
    const isDevice = type === FILE_TYPE.CHARACTER || type === FILE_TYPE.BLOCK;
    const node = this.#newNode(type | (mode & PERMISSIONS));
    this.#make(place, isDevice ? { ...node, rdevMajor, rdevMinor } : node);
  }

  /** Gives the file at one place a second name; the first place's symlink is not followed. */
  link(from: PathWalk, to: PathWalk): void {
    from.findLast(false);
    this.#checkVacant(to, false);
    if (from.volume !== to.volume) throw inodeError('EXDEV');
    to.volume.link(from.node, to.node, to.last);
  }

  unlink(place: PathWalk): void {
    const { volume, node, last } = place;
    if (isSpecial(last)) throw inodeError('EISDIR');
    if (place.trailing) {
      const found = volume.lookup(node, last);
      if (found === undefined) throw inodeError('ENOENT');
      throw inodeError(isDirectory(volume, found) ? 'EISDIR' : 'ENOTDIR');
    }
    volume.unlink(node, last);
  }

  rmdir(place: PathWalk): void {
    const { volume, node, last } = place;
    if (last === '') throw inodeError('EBUSY');
    if (last === '.') throw inodeError('EINVAL');
    if (last === '..') throw inodeError('ENOTEMPTY');
    const found = volume.lookup(node, last);
    if (found !== undefined) this.#checkUncovered(volume, found);
    volume.rmdir(node, last);
    if (found !== undefined) this.#machine.detachElsewhere(this.#namespace, volume.id, found);
  }

  rename(from: PathWalk, to: PathWalk): void {
    const { volume } = from;
    if (volume !== to.volume) throw inodeError('EXDEV');
    if (isSpecial(from.last) || isSpecial(to.last)) throw inodeError('EBUSY');
    const moved = volume.lookup(from.node, from.last);
    const replaced = volume.lookup(to.node, to.last);
    if (moved !== undefined) {
      const slashes = from.trailing || to.trailing;
      if (slashes && !isDirectory(volume, moved)) throw inodeError('ENOTDIR');
      this.#checkUncovered(volume, moved);
      if (replaced !== undefined) this.#checkUncovered(volume, replaced);
    }
    volume.rename(from.node, from.last, to.node, to.last);
    if (replaced === undefined || replaced === moved) return;
    this.#machine.detachElsewhere(this.#namespace, volume.id, replaced);
  }

  open(place: PathWalk, flags: number, mode: number): OpenFile {
    if ((flags & OPEN.CREATE) !== 0) {
      if ((flags & OPEN.DIRECTORY) !== 0) throw inodeError('EINVAL');
      if (this.#makeFile(place, flags, mode)) return this.#opened(place, flags & ~OPEN.TRUNCATE);
    } else if (place.last !== '') {
      if ((flags & OPEN.NO_FOLLOW) !== 0 && !place.trailing) {
        place.findLast(false);
        if (typeOf(place.volume, place.node) === FILE_TYPE.SYMLINK) {
          throw inodeError((flags & OPEN.DIRECTORY) === 0 ? 'ELOOP' : 'ENOTDIR');
        }
      } else place.findLast(true);
    }
    return this.#opened(place, flags);
  }

  /** Finds the file of an open that may create one, and tells whether it did. */
  #makeFile(place: PathWalk, flags: number, mode: number): boolean {
    const exclusive = (flags & OPEN.EXCLUSIVE) !== 0;
    for (;;) {
      const { volume, node, last } = place;
      if (isSpecial(last)) throw inodeError(exclusive ? 'EEXIST' : 'EISDIR');
      if (place.trailing) throw inodeError('EISDIR');
      const found = volume.lookup(node, last);
      if (found === undefined) {
        const what = this.#newNode(FILE_TYPE.REGULAR | (mode & PERMISSIONS));
        place.node = volume.create(node, last, what);
        return true;
      }
      if (exclusive) throw inodeError('EEXIST');
      const type = typeOf(volume, found);
      if (type === FILE_TYPE.DIRECTORY) throw inodeError('EISDIR');
      if (type !== FILE_TYPE.SYMLINK) {
        place.node = found;
        return false;
      }
      if ((flags & OPEN.NO_FOLLOW) !== 0) throw inodeError('ELOOP');
      place.followLast(found);
    }
  }

  #opened({ volume, node }: PathWalk, flags: number): OpenFile {
    const truncates = (flags & OPEN.TRUNCATE) !== 0;
    const writes = (flags & ACCESS_MODE) !== OPEN.READ_ONLY || truncates;
    const mount = this.#mounts.of(volume.id);
    const type = typeOf(volume, node);
    if (type === FILE_TYPE.DIRECTORY) {
      if (writes) throw inodeError('EISDIR');
      return this.#machine.open(volume, node, mount);
    }
    if ((flags & OPEN.DIRECTORY) !== 0) throw inodeError('ENOTDIR');
    if (type !== FILE_TYPE.REGULAR) throw inodeError('ENXIO');
    const data = volume.open(node, writes);
    if (truncates) volume.change(node, { size: 0 });
    return this.#machine.open(volume, node, mount, data);
  }

  #make(place: PathWalk, what: NewNode): void {
    this.#checkVacant(place, (what.mode & FILE_TYPE.MASK) === FILE_TYPE.DIRECTORY);
    place.volume.create(place.node, place.last, what);
  }

  /** Refuses names that nothing new can have; whether one is taken, the volume tells. */
  #checkVacant({ volume, node, last, trailing }: PathWalk, forDirectory: boolean): void {
    if (isSpecial(last)) throw inodeError('EEXIST');
    if (!trailing || forDirectory) return;
    throw inodeError(volume.lookup(node, last) === undefined ? 'ENOENT' : 'EEXIST');
  }

  #checkUncovered(volume: MachineVolume, node: NodeKey): void {
    if (this.#mounts.on(volume.id, node) === undefined) return;
    // Whether anything may be written at all is asked first.
    throw inodeError(volume.facts().readOnly ? 'EROFS' : 'EBUSY');
  }

  #newNode(mode: number): NewNode {
    return { mode: mode & ~this.#umask, uid: 0, gid: 0 };
  }
}

/**
 * Refuses device numbers that the kernel has no bits for.
 *
 * @throws InodeError EINVAL.
 * @internal
 */
export function checkDevice(major: number, minor: number): void {
  const fits =
    Number.isInteger(major) &&
    Number.isInteger(minor) &&
    major >= 0 &&
    minor >= 0 &&
    major <= MAJOR_MAX &&
    minor <= MINOR_MAX;
  if (!fits) throw inodeError('EINVAL');
}

function isSpecial(name: string): boolean {
  return name === '' || name === '.' || name === '..';
}

function typeOf(volume: MachineVolume, node: NodeKey): number {
  return volume.mode(node) & FILE_TYPE.MASK;
}

function isDirectory(volume: MachineVolume, node: NodeKey): boolean {
  return typeOf(volume, node) === FILE_TYPE.DIRECTORY;
}
