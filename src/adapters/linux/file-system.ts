import type { FileStat } from '../../domain/host/file-stat.js';
import { decodeUtf8 } from '../../domain/utf8.js';
import type { Directory, FileHandle, FileSystem, FileSystemStat } from '../../ports/file-system.js';
import { check } from './check.js';
import { AT, O } from './constants.js';
import { encodeDevice } from './device-number.js';
import { LinuxDirectory } from './directory.js';
import { LinuxFileHandle } from './file-handle.js';
import type { Host } from './host.js';
import { hostOpenFlags } from './open-flags.js';
import { createResolver, type Resolver } from './resolve.js';
import { StatBuffer } from './stat-buffer.js';
import { readAttribute } from './xattr.js';

const PATH_MAX = 4096;
/** Of `f_flags` in `struct statfs`, whose fields before it are words of 64 bits. */
const STATFS_FLAGS_OFFSET = 80;
const ST_RDONLY = 1;

/**
 * The file system of the host by path. Each method is one system call, made before its promise is
 * returned: on paths as short-lived as a layer's, a hop through a thread pool costs more than the
 * call.
 *
 * @internal
 */
export class LinuxFileSystem implements FileSystem {
  readonly #host: Host;
  readonly #resolver: Resolver;

  /**
   * @param options - `withoutOpenat2` makes `resolve` walk as on kernels before 5.6.
   */
  constructor(host: Host, options: { readonly withoutOpenat2?: boolean } = {}) {
    this.#host = host;
    this.#resolver = createResolver(host, options.withoutOpenat2);
  }

  async stat(path: string): Promise<FileStat> {
    return this.#statx(path, AT.NO_AUTOMOUNT, 'stat');
  }

  async lstat(path: string): Promise<FileStat> {
    return this.#statx(path, AT.SYMLINK_NOFOLLOW | AT.NO_AUTOMOUNT, 'lstat');
  }

  async statfs(path: string): Promise<FileSystemStat> {
    const { libc, scratch } = this.#host;
    const { first, small } = scratch;
    check(first.setText(path) || libc.statfs(first.bytes, small), 'statfs', path);
    const view = new DataView(small.buffer);
    // f_type is the first field, a word of which only 32 bits are used.
    const readOnly = (view.getUint32(STATFS_FLAGS_OFFSET, true) & ST_RDONLY) !== 0;
    return { type: view.getUint32(0, true), readOnly };
  }

  async open(path: string, flags: number, mode: number): Promise<FileHandle> {
    return new LinuxFileHandle(this.#host, this.#open(path, hostOpenFlags(flags), mode), path);
  }

  async openRoot(path: string): Promise<Directory> {
    const fd = this.#open(path, O.DIRECTORY | O.CLOEXEC, 0);
    return new LinuxDirectory(this.#host, this.#resolver, fd, path);
  }

  async mkdir(path: string, mode: number): Promise<void> {
    const { libc, scratch } = this.#host;
    const { first } = scratch;
    check(first.setText(path) || libc.mkdirat(AT.FDCWD, first.bytes, mode), 'mkdir', path);
  }

  async rmdir(path: string): Promise<void> {
    const { libc, scratch } = this.#host;
    const { first } = scratch;
    const remove = (): number => libc.unlinkat(AT.FDCWD, first.bytes, AT.REMOVEDIR);
    check(first.setText(path) || remove(), 'rmdir', path);
  }

  async unlink(path: string): Promise<void> {
    const { libc, scratch } = this.#host;
    const { first } = scratch;
    check(first.setText(path) || libc.unlinkat(AT.FDCWD, first.bytes, 0), 'unlinkat', path);
  }

  async rename(oldPath: string, newPath: string): Promise<void> {
    const { libc, scratch } = this.#host;
    const { first, second } = scratch;
    const result =
      first.setText(oldPath) ||
      second.setText(newPath) ||
      libc.renameat(AT.FDCWD, first.bytes, AT.FDCWD, second.bytes);
    check(result, 'rename', oldPath, newPath);
  }

  async symlink(target: string, path: string): Promise<void> {
    const { libc, scratch } = this.#host;
    const { first, second } = scratch;
    const result =
      first.setText(target) ||
      second.setText(path) ||
      libc.symlinkat(first.bytes, AT.FDCWD, second.bytes);
    check(result, 'symlink', target, path);
  }

  async readlink(path: string): Promise<string> {
    const { libc, scratch } = this.#host;
    const { first, large } = scratch;
    const read = (): number => libc.readlinkat(AT.FDCWD, first.bytes, large, PATH_MAX);
    const length = check(first.setText(path) || read(), 'readlink', path);
    return decodeUtf8(large.subarray(0, length));
  }

  async mknod(path: string, mode: number, major: number, minor: number): Promise<void> {
    const { libc, scratch } = this.#host;
    const { first } = scratch;
    const device = check(encodeDevice(major, minor), 'mknod', path);
    check(first.setText(path) || libc.mknodat(AT.FDCWD, first.bytes, mode, device), 'mknod', path);
  }

  async chown(path: string, uid: number, gid: number): Promise<void> {
    const { libc, scratch } = this.#host;
    const { first } = scratch;
    check(first.setText(path) || libc.fchownat(AT.FDCWD, first.bytes, uid, gid, 0), 'chown', path);
  }

  async lchown(path: string, uid: number, gid: number): Promise<void> {
    const { libc, scratch } = this.#host;
    const { first } = scratch;
    const change = (): number =>
      libc.fchownat(AT.FDCWD, first.bytes, uid, gid, AT.SYMLINK_NOFOLLOW);
    check(first.setText(path) || change(), 'lchown', path);
  }

  async chmod(path: string, mode: number): Promise<void> {
    const { libc, scratch } = this.#host;
    const { first } = scratch;
    check(first.setText(path) || libc.fchmodat(AT.FDCWD, first.bytes, mode, 0), 'chmod', path);
  }

  async getxattr(path: string, attribute: string): Promise<Uint8Array> {
    const { libc, scratch } = this.#host;
    const { first, attribute: name } = scratch;
    check(first.setText(path) || name.setText(attribute), 'getxattr', path);
    const read = (value: Uint8Array, size: number): number =>
      libc.getxattr(first.bytes, name.bytes, value, size);
    return readAttribute(scratch, read, 'getxattr', path);
  }

  async setxattr(path: string, attribute: string, value: Uint8Array): Promise<void> {
    const { libc, scratch } = this.#host;
    const { first, attribute: name } = scratch;
    const result =
      first.setText(path) ||
      name.setText(attribute) ||
      libc.setxattr(first.bytes, name.bytes, value, value.length, 0);
    check(result, 'setxattr', path);
  }

  #statx(path: string, flags: number, syscall: string): FileStat {
    const { libc, scratch } = this.#host;
    const { first, stat } = scratch;
    const result =
      first.setText(path) || libc.statx(AT.FDCWD, first.bytes, flags, StatBuffer.mask, stat.bytes);
    check(result, syscall, path);
    return stat.decode();
  }

  #open(path: string, flags: number, mode: number): number {
    const { libc, scratch } = this.#host;
    const { first } = scratch;
    return check(
      first.setText(path) || libc.openat(AT.FDCWD, first.bytes, flags, mode),
      'open',
      path,
    );
  }
}
