import { assert } from '../../domain/assert.js';
import type { FileStat, Timestamp } from '../../domain/host/file-stat.js';
import type { FileHandle } from '../../ports/file-system.js';
import { check } from './check.js';
import { AT } from './constants.js';
import type { Host } from './host.js';
import { StatBuffer } from './stat-buffer.js';
import { readAttribute, splitAttributeNames } from './xattr.js';

const SEEK_SET = 0;
const CLOSED = -1;
/** The empty path, which names the descriptor itself. */
const EMPTY_PATH = new Uint8Array([0]);

/**
 * An open file of the host. Each method is one system call, made before its promise is returned.
 *
 * @internal
 */
export class LinuxFileHandle implements FileHandle {
  readonly #host: Host;
  readonly #path: string | Uint8Array;
  #fd: number;

  /**
   * @param fd - owned from here on.
   * @param path - what errors call the file; bytes are kept, not copied.
   */
  constructor(host: Host, fd: number, path: string | Uint8Array) {
    this.#host = host;
    this.#fd = fd;
    this.#path = path;
  }

  async read(buffer: Uint8Array): Promise<number> {
    const read = this.#host.libc.read(this.#fd, buffer, buffer.length);
    return check(read, 'read', this.#path);
  }

  async write(bytes: Uint8Array): Promise<number> {
    const written = this.#host.libc.write(this.#fd, bytes, bytes.length);
    return check(written, 'write', this.#path);
  }

  async lseek(offset: bigint): Promise<void> {
    check(this.#host.libc.lseek(this.#fd, offset, SEEK_SET), 'seek', this.#path);
  }

  async ftruncate(size: bigint): Promise<void> {
    check(this.#host.libc.ftruncate(this.#fd, size), 'truncate', this.#path);
  }

  async fstat(): Promise<FileStat> {
    return fstat(this.#host, this.#fd, this.#path);
  }

  async fchown(uid: number, gid: number): Promise<void> {
    check(this.#host.libc.fchown(this.#fd, uid, gid), 'chown', this.#path);
  }

  async fchmod(mode: number): Promise<void> {
    check(this.#host.libc.fchmod(this.#fd, mode), 'chmod', this.#path);
  }

  async futimens(atime: Timestamp, mtime: Timestamp): Promise<void> {
    const { libc, scratch } = this.#host;
    check(libc.futimens(this.#fd, scratch.times.set(atime, mtime).bytes), 'chtimes', this.#path);
  }

  async fgetxattr(name: string): Promise<Uint8Array> {
    return fgetxattr(this.#host, this.#fd, this.#path, name);
  }

  async flistxattr(): Promise<readonly string[]> {
    return flistxattr(this.#host, this.#fd, this.#path);
  }

  async fsetxattr(name: string, value: Uint8Array): Promise<void> {
    fsetxattr(this.#host, this.#fd, this.#path, { name, value });
  }

  async fsync(): Promise<void> {
    check(this.#host.libc.fsync(this.#fd), 'sync', this.#path);
  }

  async syncfs(): Promise<void> {
    check(this.#host.libc.syncfs(this.#fd), 'syncfs', this.#path);
  }

  async close(): Promise<void> {
    assert(this.#fd !== CLOSED, 'a file is closed once');
    const fd = this.#fd;
    this.#fd = CLOSED;
    check(this.#host.libc.close(fd), 'close', this.#path);
  }
}

/**
 * Makes `fstat` of a descriptor.
 *
 * @throws {@link SyscallError} as the call fails.
 * @internal
 */
export function fstat({ libc, scratch }: Host, fd: number, path: string | Uint8Array): FileStat {
  const { stat } = scratch;
  check(libc.statx(fd, EMPTY_PATH, AT.EMPTY_PATH, StatBuffer.mask, stat.bytes), 'stat', path);
  return stat.decode();
}

/**
 * Makes `fgetxattr` of a descriptor.
 *
 * @throws {@link SyscallError} as the call fails.
 * @internal
 */
export function fgetxattr(
  { libc, scratch }: Host,
  fd: number,
  path: string | Uint8Array,
  name: string,
): Uint8Array {
  const { attribute } = scratch;
  check(attribute.setText(name), 'fgetxattr', path);
  const read = (value: Uint8Array, size: number): number =>
    libc.fgetxattr(fd, attribute.bytes, value, size);
  return readAttribute(scratch, read, 'fgetxattr', path);
}

/**
 * Makes `flistxattr` of a descriptor.
 *
 * @throws {@link SyscallError} as the call fails.
 * @internal
 */
export function flistxattr(
  { libc, scratch }: Host,
  fd: number,
  path: string | Uint8Array,
): readonly string[] {
  const read = (list: Uint8Array, size: number): number => libc.flistxattr(fd, list, size);
  return splitAttributeNames(readAttribute(scratch, read, 'flistxattr', path));
}

/**
 * Makes `fsetxattr` of a descriptor.
 *
 * @throws {@link SyscallError} as the call fails.
 * @internal
 */
export function fsetxattr(
  { libc, scratch }: Host,
  fd: number,
  path: string | Uint8Array,
  { name, value }: { readonly name: string; readonly value: Uint8Array },
): void {
  const { attribute } = scratch;
  const set = (): number => libc.fsetxattr(fd, attribute.bytes, value, value.length, 0);
  check(attribute.setText(name) || set(), 'fsetxattr', path);
}
