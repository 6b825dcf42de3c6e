import { assert } from '../../domain/assert.js';
import type { FileStat, Timestamp } from '../../domain/host/file-stat.js';
import { OPEN } from '../../domain/host/open-flags.js';
import { inodeError } from '../../domain/union/inode-error.js';
import type { Directory, DirectoryEntry, FileHandle } from '../../ports/file-system.js';
import { decodeText, fromByteString, toByteString } from './byte-string.js';
import { checkDevice } from './entry-calls.js';
import { failure } from './failure.js';
import { FakeFileHandle } from './file-handle.js';
import type { OpenFile } from './open-file.js';
import { OpenNode } from './open-node.js';
import { pathBytes, type PathWalk } from './path-walk.js';
import type { View } from './view.js';

const OPEN_CHILD = OPEN.DIRECTORY | OPEN.NO_FOLLOW;

/**
 * An open directory of the machine. Each method is done before its promise is returned; errors name
 * the entry as it was given.
 *
 * @internal
 */
export class FakeDirectory extends OpenNode implements Directory {
  readonly #view: View;

  /**
   * @param file - owned from here on.
   * @param path - what errors call the directory itself.
   */
  constructor(view: View, file: OpenFile, path: string | Uint8Array) {
    super(view.machine, file, path);
    this.#view = view;
  }

  async getdents(): Promise<readonly DirectoryEntry[]> {
    try {
      const entries = this.file.volume.entries(this.file.node);
      return entries.map(({ name, ino, type }) => ({ name: fromByteString(name), ino, type }));
    } catch (error) {
      throw failure(error, 'readdirent', this.path);
    }
  }

  async resolve(path: Uint8Array): Promise<Directory> {
    try {
      const { mounts, walk } = this.#view;
      walk.findInRoot(this.file.volume, this.file.node, path);
      const { volume, node } = walk;
      const file = this.machine.open(volume, node, mounts.of(volume.id));
      return new FakeDirectory(this.#view, file, path.slice());
    } catch (error) {
      throw failure(error, 'open', path);
    }
  }

  async opendirat(name: Uint8Array): Promise<Directory> {
    try {
      const file = this.#view.calls.open(this.#entry(name), OPEN_CHILD, 0);
      return new FakeDirectory(this.#view, file, name.slice());
    } catch (error) {
      throw failure(error, 'open', name);
    }
  }

  async openat(name: Uint8Array, flags: number, mode: number): Promise<FileHandle> {
    try {
      const file = this.#view.calls.open(this.#entry(name), flags, mode);
      return new FakeFileHandle(this.machine, file, flags, name.slice());
    } catch (error) {
      throw failure(error, 'open', name);
    }
  }

  async lstatat(name: Uint8Array): Promise<FileStat> {
    try {
      const { volume, node } = this.#found(name, false);
      return volume.attributes(node);
    } catch (error) {
      throw failure(error, 'lstat', name);
    }
  }

  async readlinkat(name: Uint8Array): Promise<Uint8Array> {
    try {
      const { volume, node } = this.#found(name, false);
      return fromByteString(volume.readlink(node));
    } catch (error) {
      throw failure(error, 'readlink', name);
    }
  }

  async mkdirat(name: Uint8Array, mode: number): Promise<void> {
    try {
      this.#view.calls.mkdir(this.#entry(name), mode);
    } catch (error) {
      throw failure(error, 'mkdir', name);
    }
  }

  async symlinkat(target: Uint8Array, name: Uint8Array): Promise<void> {
    try {
      const bytes = toByteString(target);
      if (bytes.includes('\0')) throw inodeError('EINVAL');
      if (bytes.length >= 4096) throw inodeError('ENAMETOOLONG');
      this.#view.calls.symlink(this.#entry(name), bytes);
    } catch (error) {
      throw failure(error, 'symlink', target, name);
    }
  }

  async linkat(from: Directory, fromName: Uint8Array, name: Uint8Array): Promise<void> {
    try {
      const origin = this.#other(from, fromName);
      this.#view.calls.link(origin, this.#entry(name));
    } catch (error) {
      throw failure(error, 'link', fromName, name);
    }
  }

  async mknodat(name: Uint8Array, mode: number, major: number, minor: number): Promise<void> {
    try {
      checkDevice(major, minor);
      this.#view.calls.mknod(this.#entry(name), mode, major, minor);
    } catch (error) {
      throw failure(error, 'mknod', name);
    }
  }

  async unlinkat(name: Uint8Array): Promise<void> {
    try {
      this.#view.calls.unlink(this.#entry(name));
    } catch (error) {
      throw failure(error, 'unlinkat', name);
    }
  }

  async rmdirat(name: Uint8Array): Promise<void> {
    try {
      this.#view.calls.rmdir(this.#entry(name));
    } catch (error) {
      throw failure(error, 'unlinkat', name);
    }
  }

  async renameat(name: Uint8Array, to: Directory, toName: Uint8Array): Promise<void> {
    try {
      const from = this.#entry(name);
      this.#view.calls.rename(from, this.#other(to, toName));
    } catch (error) {
      throw failure(error, 'rename', name, toName);
    }
  }

  async lchownat(name: Uint8Array, uid: number, gid: number): Promise<void> {
    try {
      const { volume, node } = this.#found(name, false);
      volume.change(node, { uid, gid });
    } catch (error) {
      throw failure(error, 'lchown', name);
    }
  }

  async chmodat(name: Uint8Array, mode: number): Promise<void> {
    try {
      const { volume, node } = this.#found(name, true);
      volume.change(node, { mode });
    } catch (error) {
      throw failure(error, 'chmod', name);
    }
  }

  async utimensat(name: Uint8Array, atime: Timestamp, mtime: Timestamp): Promise<void> {
    try {
      const { volume, node } = this.#found(name, false);
      volume.change(node, { atime, mtime });
    } catch (error) {
      throw failure(error, 'chtimes', name);
    }
  }

  async lgetxattrat(name: Uint8Array, attribute: string): Promise<Uint8Array> {
    try {
      const key = pathBytes(attribute);
      const { volume, node } = this.#found(name, false);
      return volume.getxattr(node, key);
    } catch (error) {
      throw failure(error, 'lgetxattr', name);
    }
  }

  async lsetxattrat(name: Uint8Array, attribute: string, value: Uint8Array): Promise<void> {
    try {
      const key = pathBytes(attribute);
      const { volume, node } = this.#found(name, false);
      volume.setxattr(node, key, value);
    } catch (error) {
      throw failure(error, 'lsetxattr', name);
    }
  }

  async llistxattrat(name: Uint8Array): Promise<readonly string[]> {
    try {
      const { volume, node } = this.#found(name, false);
      return volume.listxattr(node).map(decodeText);
    } catch (error) {
      throw failure(error, 'llistxattr', name);
    }
  }

  #entry(name: Uint8Array): PathWalk {
    const { walk } = this.#view;
    walk.toEntry(this.file.volume, this.file.node, name);
    return walk;
  }

  #found(name: Uint8Array, follow: boolean): PathWalk {
    const place = this.#entry(name);
    place.findLast(follow);
    return place;
  }

  /** The place of a call's second directory. */
  #other(directory: Directory, name: Uint8Array): PathWalk {
    assert(directory instanceof FakeDirectory, 'both directories belong to the machine');
    const { other } = this.#view;
    other.toEntry(directory.file.volume, directory.file.node, name);
    return other;
  }
}
