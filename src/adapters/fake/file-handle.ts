import { OPEN } from '../../domain/host/open-flags.js';
import { inodeError } from '../../domain/union/inode-error.js';
import type { FileHandle } from '../../ports/file-system.js';
import { failure } from './failure.js';
import type { Machine } from './machine.js';
import type { OpenFile } from './open-file.js';
import { OpenNode } from './open-node.js';

const ACCESS_MODE = 3;
/** What ext4 lets an offset be. */
const OFFSET_MAX = 2n ** 44n;

/**
 * An open file of the machine. Each method is done before its promise is returned.
 *
 * @internal
 */
export class FakeFileHandle extends OpenNode implements FileHandle {
  readonly #access: number;
  #position = 0;

  /**
   * @param file - owned from here on.
   * @param flags - what it was opened with.
   * @param path - what errors call the file; bytes are kept, not copied.
   */
  constructor(machine: Machine, file: OpenFile, flags: number, path: string | Uint8Array) {
    super(machine, file, path);
    this.#access = flags & ACCESS_MODE;
  }

  async read(buffer: Uint8Array): Promise<number> {
    try {
      const { data, dataNode, isOpen } = this.file;
      if (!isOpen || this.#access === OPEN.WRITE_ONLY) throw inodeError('EBADF');
      if (data === undefined) throw inodeError('EISDIR');
      const read = data.read(dataNode, this.#position, buffer);
      this.#position += read;
      return read;
    } catch (error) {
      throw failure(error, 'read', this.path);
    }
  }

  async write(bytes: Uint8Array): Promise<number> {
    try {
      const { data, dataNode, isOpen } = this.file;
      if (!isOpen || data === undefined || this.#access === OPEN.READ_ONLY) {
        throw inodeError('EBADF');
      }
      const written = data.write(dataNode, this.#position, bytes);
      this.#position += written;
      return written;
    } catch (error) {
      throw failure(error, 'write', this.path);
    }
  }

  async lseek(offset: bigint): Promise<void> {
    try {
      if (offset < 0n || offset > OFFSET_MAX) throw inodeError('EINVAL');
      this.#position = Number(offset);
    } catch (error) {
      throw failure(error, 'seek', this.path);
    }
  }

  async ftruncate(size: bigint): Promise<void> {
    try {
      if (size < 0n || this.#access === OPEN.READ_ONLY) throw inodeError('EINVAL');
      this.file.volume.change(this.file.node, { size: Number(size) });
    } catch (error) {
      throw failure(error, 'truncate', this.path);
    }
  }

  async syncfs(): Promise<void> {
    this.checkOpen('syncfs');
  }
}
