import { assert } from '../../domain/assert.js';
import type { FileStat, Timestamp } from '../../domain/host/file-stat.js';
import { OPEN } from '../../domain/host/open-flags.js';
import { inodeError } from '../../domain/union/inode-error.js';
import type { FileHandle } from '../../ports/file-system.js';
import { failure } from './failure.js';
import type { Machine } from './machine.js';
import * as attributes from './open-attributes.js';
import type { OpenFile } from './open-file.js';

const ACCESS_MODE = 3;
/** What ext4 lets an offset be. */
const OFFSET_MAX = 2n ** 44n;

/**
 * An open file of the machine. Each method is done before its promise is returned.
 *
 * @internal
 */
export class FakeFileHandle implements FileHandle {
  readonly #machine: Machine;
  readonly #file: OpenFile;
  readonly #access: number;
  readonly #path: string | Uint8Array;
  #position = 0;
  #isClosed = false;

  /**
   * @param file - owned from here on.
   * @param flags - what it was opened with.
   * @param path - what errors call the file; bytes are kept, not copied.
   */
  constructor(machine: Machine, file: OpenFile, flags: number, path: string | Uint8Array) {
    this.#machine = machine;
    this.#file = file;
    this.#access = flags & ACCESS_MODE;
    this.#path = path;
  }

  async read(buffer: Uint8Array): Promise<number> {
    try {
      const { data, dataNode, isOpen } = this.#file;
      if (!isOpen || this.#access === OPEN.WRITE_ONLY) throw inodeError('EBADF');
      if (data === undefined) throw inodeError('EISDIR');
      const read = data.read(dataNode, this.#position, buffer);
      this.#position += read;
      return read;
    } catch (error) {
      throw failure(error, 'read', this.#path);
    }
  }

  async write(bytes: Uint8Array): Promise<number> {
    try {
      const { data, dataNode, isOpen } = this.#file;
      if (!isOpen || data === undefined || this.#access === OPEN.READ_ONLY) {
        throw inodeError('EBADF');
      }
      const written = data.write(dataNode, this.#position, bytes);
      this.#position += written;
      return written;
    } catch (error) {
      throw failure(error, 'write', this.#path);
    }
  }

  async lseek(offset: bigint): Promise<void> {
    try {
      if (offset < 0n || offset > OFFSET_MAX) throw inodeError('EINVAL');
      this.#position = Number(offset);
    } catch (error) {
      throw failure(error, 'seek', this.#path);
    }
  }

  async ftruncate(size: bigint): Promise<void> {
    try {
      if (size < 0n || this.#access === OPEN.READ_ONLY) throw inodeError('EINVAL');
      this.#file.volume.change(this.#file.node, { size: Number(size) });
    } catch (error) {
      throw failure(error, 'truncate', this.#path);
    }
  }

  async fstat(): Promise<FileStat> {
    return attributes.fstat(this.#file, this.#path);
  }

  async fchown(uid: number, gid: number): Promise<void> {
    attributes.fchown(this.#file, this.#path, uid, gid);
  }

  async fchmod(mode: number): Promise<void> {
    attributes.fchmod(this.#file, this.#path, mode);
  }

  async futimens(atime: Timestamp, mtime: Timestamp): Promise<void> {
    attributes.futimens(this.#file, this.#path, atime, mtime);
  }

  async fgetxattr(name: string): Promise<Uint8Array> {
    return attributes.fgetxattr(this.#file, this.#path, name);
  }

  async flistxattr(): Promise<readonly string[]> {
    return attributes.flistxattr(this.#file, this.#path);
  }

  async fsetxattr(name: string, value: Uint8Array): Promise<void> {
    attributes.fsetxattr(this.#file, this.#path, name, value);
  }

  async fsync(): Promise<void> {
    attributes.checkOpen(this.#file, 'sync', this.#path);
  }

  async syncfs(): Promise<void> {
    attributes.checkOpen(this.#file, 'syncfs', this.#path);
  }

  async close(): Promise<void> {
    assert(!this.#isClosed, 'a file is closed once');
    this.#isClosed = true;
    // A crash has closed it already.
    if (this.#file.isOpen) this.#machine.close(this.#file);
  }
}
