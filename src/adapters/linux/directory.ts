import { assert } from '../../domain/assert.js';
import type { FileStat, Timestamp } from '../../domain/host/file-stat.js';
import type { Directory, DirectoryEntry, FileHandle } from '../../ports/file-system.js';
import { check } from './check.js';
import { AT, O } from './constants.js';
import { encodeDevice } from './device-number.js';
import { appendDirectoryEntries } from './directory-entries.js';
import { fgetxattr, flistxattr, fsetxattr, fstat, LinuxFileHandle } from './file-handle.js';
import type { Host } from './host.js';
import { hostOpenFlags } from './open-flags.js';
import type { Resolver } from './resolve.js';
import { StatBuffer } from './stat-buffer.js';
import { readAttribute, splitAttributeNames } from './xattr.js';

const CLOSED = -1;
const SEEK_SET = 0;
const PATH_MAX = 4096;
const OPEN_CHILD = O.DIRECTORY | O.NOFOLLOW | O.CLOEXEC;

/**
 * An open directory of the host. Each method is one system call (`getdents` one a block), made
 * before its promise is returned; errors name the entry as it was given.
 *
 * @internal
 */
export class LinuxDirectory implements Directory {
  readonly #host: Host;
  readonly #resolver: Resolver;
  readonly #path: string | Uint8Array;
  #fd: number;

  /**
   * @param fd - owned from here on.
   * @param path - what errors call the directory itself.
   */
  constructor(host: Host, resolver: Resolver, fd: number, path: string | Uint8Array) {
    this.#host = host;
    this.#resolver = resolver;
    this.#fd = fd;
    this.#path = path;
  }

  async fstat(): Promise<FileStat> {
    return fstat(this.#host, this.#fd, this.#path);
  }

  async getdents(): Promise<readonly DirectoryEntry[]> {
    const { libc, scratch } = this.#host;
    // Not only for a second listing: btrfs lists what was there when the directory was opened.
    check(libc.lseek(this.#fd, 0n, SEEK_SET), 'seek', this.#path);
    const entries: DirectoryEntry[] = [];
    for (;;) {
      const length = check(libc.getdents64(this.#fd, scratch.large), 'readdirent', this.#path);
      if (length === 0) return entries;
      appendDirectoryEntries(scratch.large.slice(0, length), entries);
    }
  }

  async resolve(path: Uint8Array): Promise<Directory> {
    return this.#child(this.#resolver.resolve(this.#fd, path), path);
  }

  async opendirat(name: Uint8Array): Promise<Directory> {
    const { libc, scratch } = this.#host;
    const { first } = scratch;
    const fd = first.setComponent(name) || libc.openat(this.#fd, first.bytes, OPEN_CHILD, 0);
    return this.#child(check(fd, 'open', name), name);
  }

  async openat(name: Uint8Array, flags: number, mode: number): Promise<FileHandle> {
    const { libc, scratch } = this.#host;
    const { first } = scratch;
    const host = hostOpenFlags(flags);
    const fd = first.setComponent(name) || libc.openat(this.#fd, first.bytes, host, mode);
    return new LinuxFileHandle(this.#host, check(fd, 'open', name), name.slice());
  }

  async lstatat(name: Uint8Array): Promise<FileStat> {
    const { libc, scratch } = this.#host;
    const { first, stat } = scratch;
    const flags = AT.SYMLINK_NOFOLLOW | AT.NO_AUTOMOUNT;
    const result =
      first.setComponent(name) ||
      libc.statx(this.#fd, first.bytes, flags, StatBuffer.mask, stat.bytes);
    check(result, 'lstat', name);
    return stat.decode();
  }

  async readlinkat(name: Uint8Array): Promise<Uint8Array> {
    const { libc, scratch } = this.#host;
    const { first, large } = scratch;
    const length =
      first.setComponent(name) || libc.readlinkat(this.#fd, first.bytes, large, PATH_MAX);
    return large.slice(0, check(length, 'readlink', name));
  }

  async mkdirat(name: Uint8Array, mode: number): Promise<void> {
    const { libc, scratch } = this.#host;
    const { first } = scratch;
    check(first.setComponent(name) || libc.mkdirat(this.#fd, first.bytes, mode), 'mkdir', name);
  }

  async symlinkat(target: Uint8Array, name: Uint8Array): Promise<void> {
    const { libc, scratch } = this.#host;
    const { first, second } = scratch;
    const result =
      first.setPath(target) ||
      second.setComponent(name) ||
      libc.symlinkat(first.bytes, this.#fd, second.bytes);
    check(result, 'symlink', target, name);
  }

  async linkat(from: Directory, fromName: Uint8Array, name: Uint8Array): Promise<void> {
    const { libc, scratch } = this.#host;
    const { first, second } = scratch;
    const fromFd = descriptorOf(from);
    const result =
      first.setComponent(fromName) ||
      second.setComponent(name) ||
      libc.linkat(fromFd, first.bytes, this.#fd, second.bytes, 0);
    check(result, 'link', fromName, name);
  }

  async mknodat(name: Uint8Array, mode: number, major: number, minor: number): Promise<void> {
    const { libc, scratch } = this.#host;
    const { first } = scratch;
    const device = check(encodeDevice(major, minor), 'mknod', name);
    const result = first.setComponent(name) || libc.mknodat(this.#fd, first.bytes, mode, device);
    check(result, 'mknod', name);
  }

  async unlinkat(name: Uint8Array): Promise<void> {
    this.#remove(name, 0);
  }

  async rmdirat(name: Uint8Array): Promise<void> {
    this.#remove(name, AT.REMOVEDIR);
  }

  async renameat(name: Uint8Array, to: Directory, toName: Uint8Array): Promise<void> {
    const { libc, scratch } = this.#host;
    const { first, second } = scratch;
    const toFd = descriptorOf(to);
    const result =
      first.setComponent(name) ||
      second.setComponent(toName) ||
      libc.renameat(this.#fd, first.bytes, toFd, second.bytes);
    check(result, 'rename', name, toName);
  }

  async lchownat(name: Uint8Array, uid: number, gid: number): Promise<void> {
    const { libc, scratch } = this.#host;
    const { first } = scratch;
    const result =
      first.setComponent(name) ||
      libc.fchownat(this.#fd, first.bytes, uid, gid, AT.SYMLINK_NOFOLLOW);
    check(result, 'lchown', name);
  }

  async chmodat(name: Uint8Array, mode: number): Promise<void> {
    const { libc, scratch } = this.#host;
    const { first } = scratch;
    check(first.setComponent(name) || libc.fchmodat(this.#fd, first.bytes, mode, 0), 'chmod', name);
  }

  async utimensat(name: Uint8Array, atime: Timestamp, mtime: Timestamp): Promise<void> {
    const { libc, scratch } = this.#host;
    const { first, times } = scratch;
    times.set(atime, mtime);
    const result =
      first.setComponent(name) ||
      libc.utimensat(this.#fd, first.bytes, times.bytes, AT.SYMLINK_NOFOLLOW);
    check(result, 'chtimes', name);
  }

  async lgetxattrat(name: Uint8Array, attribute: string): Promise<Uint8Array> {
    const { libc, scratch } = this.#host;
    const { fdPath } = scratch;
    check(this.#setAttributePath(name, attribute), 'lgetxattr', name);
    const read = (value: Uint8Array, size: number): number =>
      libc.lgetxattr(fdPath.bytes, scratch.attribute.bytes, value, size);
    return readAttribute(scratch, read, 'lgetxattr', name);
  }

  async lsetxattrat(name: Uint8Array, attribute: string, value: Uint8Array): Promise<void> {
    const { libc, scratch } = this.#host;
    const { fdPath } = scratch;
    const result =
      this.#setAttributePath(name, attribute) ||
      libc.lsetxattr(fdPath.bytes, scratch.attribute.bytes, value, value.length, 0);
    check(result, 'lsetxattr', name);
  }

  async llistxattrat(name: Uint8Array): Promise<readonly string[]> {
    const { libc, scratch } = this.#host;
    const { fdPath } = scratch;
    check(fdPath.setComponent(this.#fd, name), 'llistxattr', name);
    const read = (list: Uint8Array, size: number): number =>
      libc.llistxattr(fdPath.bytes, list, size);
    return splitAttributeNames(readAttribute(scratch, read, 'llistxattr', name));
  }

  async fgetxattr(attribute: string): Promise<Uint8Array> {
    return fgetxattr(this.#host, this.#fd, this.#path, attribute);
  }

  async fsetxattr(attribute: string, value: Uint8Array): Promise<void> {
    fsetxattr(this.#host, this.#fd, this.#path, { name: attribute, value });
  }

  async flistxattr(): Promise<readonly string[]> {
    return flistxattr(this.#host, this.#fd, this.#path);
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

  async fsync(): Promise<void> {
    check(this.#host.libc.fsync(this.#fd), 'sync', this.#path);
  }

  async close(): Promise<void> {
    assert(this.#fd !== CLOSED, 'a directory is closed once');
    const fd = this.#fd;
    this.#fd = CLOSED;
    check(this.#host.libc.close(fd), 'close', this.#path);
  }

  /** The descriptor, for calls that take two directories. */
  static descriptor(directory: LinuxDirectory): number {
    return directory.#fd;
  }

  #child(fd: number, name: Uint8Array): LinuxDirectory {
    return new LinuxDirectory(this.#host, this.#resolver, fd, name.slice());
  }

  #remove(name: Uint8Array, flags: number): void {
    const { libc, scratch } = this.#host;
    const { first } = scratch;
    const result = first.setComponent(name) || libc.unlinkat(this.#fd, first.bytes, flags);
    check(result, 'unlinkat', name);
  }

  #setAttributePath(name: Uint8Array, attribute: string): number {
    const { attribute: buffer, fdPath } = this.#host.scratch;
    return buffer.setText(attribute) || fdPath.setComponent(this.#fd, name);
  }
}

function descriptorOf(directory: Directory): number {
  assert(directory instanceof LinuxDirectory, 'both directories belong to the host');
  return LinuxDirectory.descriptor(directory);
}
