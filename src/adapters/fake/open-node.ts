import { assert } from '../../domain/assert.js';
import type { FileStat, Timestamp } from '../../domain/host/file-stat.js';
import { inodeError } from '../../domain/union/inode-error.js';
import { decodeText } from './byte-string.js';
import { failure } from './failure.js';
import type { Machine } from './machine.js';
import type { OpenFile } from './open-file.js';
import { pathBytes } from './path-walk.js';

/**
 * What an open file and an open directory have in common: the calls on the descriptor itself.
 *
 * @internal
 */
export abstract class OpenNode {
  protected readonly machine: Machine;
  protected readonly file: OpenFile;
  /** What errors call it. */
  protected readonly path: string | Uint8Array;
  #isClosed = false;

  /**
   * @param file - owned from here on.
   * @param path - bytes are kept, not copied.
   */
  constructor(machine: Machine, file: OpenFile, path: string | Uint8Array) {
    this.machine = machine;
    this.file = file;
    this.path = path;
  }

  async fstat(): Promise<FileStat> {
    try {
      return this.file.volume.attributes(this.file.node);
    } catch (error) {
      throw failure(error, 'stat', this.path);
    }
  }

  async fchown(uid: number, gid: number): Promise<void> {
    try {
      this.file.volume.change(this.file.node, { uid, gid });
    } catch (error) {
      throw failure(error, 'chown', this.path);
    }
  }

  async fchmod(mode: number): Promise<void> {
    try {
      this.file.volume.change(this.file.node, { mode });
    } catch (error) {
      throw failure(error, 'chmod', this.path);
    }
  }

  async futimens(atime: Timestamp, mtime: Timestamp): Promise<void> {
    try {
      this.file.volume.change(this.file.node, { atime, mtime });
    } catch (error) {
      throw failure(error, 'chtimes', this.path);
    }
  }

  async fgetxattr(name: string): Promise<Uint8Array> {
    try {
      return this.file.volume.getxattr(this.file.node, pathBytes(name));
    } catch (error) {
      throw failure(error, 'fgetxattr', this.path);
    }
  }

  async flistxattr(): Promise<readonly string[]> {
    try {
      return this.file.volume.listxattr(this.file.node).map(decodeText);
    } catch (error) {
      throw failure(error, 'flistxattr', this.path);
    }
  }

  async fsetxattr(name: string, value: Uint8Array): Promise<void> {
    try {
      this.file.volume.setxattr(this.file.node, pathBytes(name), value);
    } catch (error) {
      throw failure(error, 'fsetxattr', this.path);
    }
  }

  async fsync(): Promise<void> {
    this.checkOpen('sync');
  }

  async close(): Promise<void> {
    assert(!this.#isClosed, 'what is open is closed once');
    this.#isClosed = true;
    // A crash has closed it already.
    if (this.file.isOpen) this.machine.close(this.file);
  }

  /** Makes a call that does nothing but fail on what is closed. */
  protected checkOpen(syscall: string): void {
    if (!this.file.isOpen) throw failure(inodeError('EBADF'), syscall, this.path);
  }
}
