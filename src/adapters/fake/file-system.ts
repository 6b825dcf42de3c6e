import type { FileStat } from '../../domain/host/file-stat.js';
import { OPEN } from '../../domain/host/open-flags.js';
import type { Directory, FileHandle, FileSystem, FileSystemStat } from '../../ports/file-system.js';
import { decodeText } from './byte-string.js';
import { FakeDirectory } from './directory.js';
import { checkDevice } from './entry-calls.js';
import { failure } from './failure.js';
import { FakeFileHandle } from './file-handle.js';
import { pathBytes, type PathWalk } from './path-walk.js';
import type { View } from './view.js';

/**
 * The file system of the machine by path, as root in one namespace sees it. Each method is done
 * before its promise is returned.
 *
 * @internal
 */
export class FakeFileSystem implements FileSystem {
  readonly #view: View;

  constructor(view: View) {
    this.#view = view;
  }

  async stat(path: string): Promise<FileStat> {
    try {
      const { volume, node } = this.#found(path, true);
      return volume.attributes(node);
    } catch (error) {
      throw failure(error, 'stat', path);
    }
  }

  async lstat(path: string): Promise<FileStat> {
    try {
      const { volume, node } = this.#found(path, false);
      return volume.attributes(node);
    } catch (error) {
      throw failure(error, 'lstat', path);
    }
  }

  async statfs(path: string): Promise<FileSystemStat> {
    try {
      const { magic, readOnly } = this.#found(path, true).volume.facts();
      return { type: magic, readOnly };
    } catch (error) {
      throw failure(error, 'statfs', path);
    }
  }

  async open(path: string, flags: number, mode: number): Promise<FileHandle> {
    try {
      const file = this.#view.calls.open(this.#place(path), flags, mode);
      return new FakeFileHandle(this.#view.machine, file, flags, path);
    } catch (error) {
      throw failure(error, 'open', path);
    }
  }

  async openRoot(path: string): Promise<Directory> {
    try {
      const file = this.#view.calls.open(this.#place(path), OPEN.DIRECTORY, 0);
      return new FakeDirectory(this.#view, file, path);
    } catch (error) {
      throw failure(error, 'open', path);
    }
  }

  async mkdir(path: string, mode: number): Promise<void> {
    try {
      this.#view.calls.mkdir(this.#place(path), mode);
    } catch (error) {
      throw failure(error, 'mkdir', path);
    }
  }

  async rmdir(path: string): Promise<void> {
    try {
      this.#view.calls.rmdir(this.#place(path));
    } catch (error) {
      throw failure(error, 'rmdir', path);
    }
  }

  async unlink(path: string): Promise<void> {
    try {
      this.#view.calls.unlink(this.#place(path));
    } catch (error) {
      throw failure(error, 'unlinkat', path);
    }
  }

  async rename(oldPath: string, newPath: string): Promise<void> {
    try {
      const from = this.#place(oldPath);
      const { other, calls } = this.#view;
      other.toParent(newPath);
      calls.rename(from, other);
    } catch (error) {
      throw failure(error, 'rename', oldPath, newPath);
    }
  }

  async symlink(target: string, path: string): Promise<void> {
    try {
      const bytes = pathBytes(target);
      this.#view.calls.symlink(this.#place(path), bytes);
    } catch (error) {
      throw failure(error, 'symlink', target, path);
    }
  }

  async readlink(path: string): Promise<string> {
    try {
      const { volume, node } = this.#found(path, false);
      return decodeText(volume.readlink(node));
    } catch (error) {
      throw failure(error, 'readlink', path);
    }
  }

  async mknod(path: string, mode: number, major: number, minor: number): Promise<void> {
    try {
      checkDevice(major, minor);
      this.#view.calls.mknod(this.#place(path), mode, major, minor);
    } catch (error) {
      throw failure(error, 'mknod', path);
    }
  }

  async chown(path: string, uid: number, gid: number): Promise<void> {
    try {
      const { volume, node } = this.#found(path, true);
      volume.change(node, { uid, gid });
    } catch (error) {
      throw failure(error, 'chown', path);
    }
  }

  async lchown(path: string, uid: number, gid: number): Promise<void> {
    try {
      const { volume, node } = this.#found(path, false);
      volume.change(node, { uid, gid });
    } catch (error) {
      throw failure(error, 'lchown', path);
    }
  }

  async chmod(path: string, mode: number): Promise<void> {
    try {
      const { volume, node } = this.#found(path, true);
      volume.change(node, { mode });
    } catch (error) {
      throw failure(error, 'chmod', path);
    }
  }

  async getxattr(path: string, attribute: string): Promise<Uint8Array> {
    try {
      const { volume, node } = this.#found(path, true);
      return volume.getxattr(node, pathBytes(attribute));
    } catch (error) {
      throw failure(error, 'getxattr', path);
    }
  }

  async setxattr(path: string, attribute: string, value: Uint8Array): Promise<void> {
    try {
      const { volume, node } = this.#found(path, true);
      volume.setxattr(node, pathBytes(attribute), value);
    } catch (error) {
      throw failure(error, 'setxattr', path);
    }
  }

  #place(path: string): PathWalk {
    const { walk } = this.#view;
    walk.toParent(path);
    return walk;
  }

  #found(path: string, follow: boolean): PathWalk {
    const { walk } = this.#view;
    walk.find(path, follow);
    return walk;
  }
}
