import type { FileStat, Timestamp } from '../domain/host/file-stat.js';

/**
 * The file system as the driver sees it. Every method is named for the call that it equals, does
 * only that, and fails with a `SyscallError` whose `syscall` is Go's word for the call
 * (`open`, `stat`, `lstat`, `readlink`, `mkdir`, `symlink`, `chown`, `lchown`, `chmod`,
 * `unlinkat`, `rename`, `link`, `chtimes` …).
 *
 * Two views: `FileSystem` takes paths as strings, for the driver's own layout; `Directory`, got
 * from `openRoot`, takes names as bytes, and its `resolve` never leaves the directory it starts
 * from. All numbers of files, devices and sizes that the kernel keeps in 64 bits are `bigint`.
 */

/** What `statfs` tells. */
export interface FileSystemStat {
  /** `f_type` as an unsigned 32-bit magic number. */
  readonly type: number;
  /** Whether nothing can be written there, whoever may. */
  readonly readOnly: boolean;
}

/** One raw directory entry; `.` and `..` are left out. */
export interface DirectoryEntry {
  readonly name: Uint8Array;
  readonly ino: bigint;
  /** `d_type`: 0 unknown, 1 fifo, 2 char, 4 dir, 6 block, 8 regular, 10 symlink, 12 socket. */
  readonly type: number;
}

/** An open file or directory. Close it exactly once. Flags and type bits: `domain/host`. */
export interface FileHandle {
  /** `read`: fills at most the whole buffer; 0 at the end. */
  read(buffer: Uint8Array): Promise<number>;
  /** `write`: may be short. */
  write(bytes: Uint8Array): Promise<number>;
  /** `lseek` from the start of the file. */
  lseek(offset: bigint): Promise<void>;
  ftruncate(size: bigint): Promise<void>;
  fstat(): Promise<FileStat>;
  fchown(uid: number, gid: number): Promise<void>;
  fchmod(mode: number): Promise<void>;
  futimens(atime: Timestamp, mtime: Timestamp): Promise<void>;
  fgetxattr(name: string): Promise<Uint8Array>;
  flistxattr(): Promise<readonly string[]>;
  fsetxattr(name: string, value: Uint8Array): Promise<void>;
  fsync(): Promise<void>;
  /** `syncfs`: everything the file's file system has not yet written. */
  syncfs(): Promise<void>;
  close(): Promise<void>;
}

/** An open directory whose calls are the `…at` family. A `name` is one component, as bytes. */
export interface Directory {
  /** `fstat` of the directory itself. */
  fstat(): Promise<FileStat>;
  /** `getdents64` to the end, in the order the kernel gives; `.` and `..` are left out. */
  getdents(): Promise<readonly DirectoryEntry[]>;
  /**
   * `openat2` with RESOLVE_IN_ROOT: opens the directory at a slash-joined path, taking this
   * directory for `/`: absolute and `..` paths and symlinks stay inside. An empty path or `.` gives
   * a new handle of this directory. Fails with ENOENT, ENOTDIR, ELOOP.
   */
  resolve(path: Uint8Array): Promise<Directory>;
  /** `openat` with O_DIRECTORY and O_NOFOLLOW. */
  opendirat(name: Uint8Array): Promise<Directory>;
  openat(name: Uint8Array, flags: number, mode: number): Promise<FileHandle>;
  /** `fstatat` with AT_SYMLINK_NOFOLLOW. */
  lstatat(name: Uint8Array): Promise<FileStat>;
  readlinkat(name: Uint8Array): Promise<Uint8Array>;
  /** `mkdirat`; the process's umask applies. */
  mkdirat(name: Uint8Array, mode: number): Promise<void>;
  symlinkat(target: Uint8Array, name: Uint8Array): Promise<void>;
  /** `linkat` without following: `name` here becomes another name of `fromName` in `from`. */
  linkat(from: Directory, fromName: Uint8Array, name: Uint8Array): Promise<void>;
  /** `mknodat`; `mode` holds type and permission bits; the process's umask applies. */
  mknodat(name: Uint8Array, mode: number, major: number, minor: number): Promise<void>;
  unlinkat(name: Uint8Array): Promise<void>;
  /** `unlinkat` with AT_REMOVEDIR. */
  rmdirat(name: Uint8Array): Promise<void>;
  renameat(name: Uint8Array, to: Directory, toName: Uint8Array): Promise<void>;
  /** `fchownat` with AT_SYMLINK_NOFOLLOW. */
  lchownat(name: Uint8Array, uid: number, gid: number): Promise<void>;
  /** `fchmodat`, which follows a symlink: never call it on one. */
  chmodat(name: Uint8Array, mode: number): Promise<void>;
  /** `utimensat` with AT_SYMLINK_NOFOLLOW. */
  utimensat(name: Uint8Array, atime: Timestamp, mtime: Timestamp): Promise<void>;
  lgetxattrat(name: Uint8Array, attribute: string): Promise<Uint8Array>;
  lsetxattrat(name: Uint8Array, attribute: string, value: Uint8Array): Promise<void>;
  llistxattrat(name: Uint8Array): Promise<readonly string[]>;
  /** The same calls on the directory itself. */
  fgetxattr(attribute: string): Promise<Uint8Array>;
  fsetxattr(attribute: string, value: Uint8Array): Promise<void>;
  flistxattr(): Promise<readonly string[]>;
  fchown(uid: number, gid: number): Promise<void>;
  fchmod(mode: number): Promise<void>;
  futimens(atime: Timestamp, mtime: Timestamp): Promise<void>;
  fsync(): Promise<void>;
  close(): Promise<void>;
}

/** The file system by path. */
export interface FileSystem {
  stat(path: string): Promise<FileStat>;
  lstat(path: string): Promise<FileStat>;
  statfs(path: string): Promise<FileSystemStat>;
  /** `open`; the process's umask applies to a file that it creates. */
  open(path: string, flags: number, mode: number): Promise<FileHandle>;
  /** `open` with O_DIRECTORY: the confined view of one tree. A missing tree fails with ENOENT. */
  openRoot(path: string): Promise<Directory>;
  /** `mkdir`; the process's umask applies. */
  mkdir(path: string, mode: number): Promise<void>;
  rmdir(path: string): Promise<void>;
  unlink(path: string): Promise<void>;
  rename(oldPath: string, newPath: string): Promise<void>;
  symlink(target: string, path: string): Promise<void>;
  readlink(path: string): Promise<string>;
  /** `mknod`; `mode` holds type and permission bits; the process's umask applies. */
  mknod(path: string, mode: number, major: number, minor: number): Promise<void>;
  /** `chown`, which follows symlinks. */
  chown(path: string, uid: number, gid: number): Promise<void>;
  lchown(path: string, uid: number, gid: number): Promise<void>;
  chmod(path: string, mode: number): Promise<void>;
  /** `getxattr`, which follows symlinks; an absent attribute fails with ENODATA. */
  getxattr(path: string, attribute: string): Promise<Uint8Array>;
  setxattr(path: string, attribute: string, value: Uint8Array): Promise<void>;
}
