import type { Directory, FileHandle, FileSystem } from '../../ports/file-system.js';
import type { Mounter } from '../../ports/mounter.js';
import type { Quota } from '../../ports/quota.js';
import type { CallEffect } from './port-call.js';

/**
 * What the decorators have to know of a method.
 *
 * @internal
 */
export interface PortMethod {
  /** Go's word for the call, as its errors say it. */
  readonly syscall: string;
  /** `open` changes something only where its flags create or truncate. */
  readonly effect: CallEffect | 'open';
  /** Where in the arguments the paths or names are; what else is bytes there is content. */
  readonly names: readonly number[];
  readonly gives?: 'file' | 'directory';
}

/** The names of the methods that are calls; the compiler sees to it that none is forgotten. */
type CallName<Port> = {
  [Name in keyof Port]: Port[Name] extends (...args: never[]) => Promise<unknown> ? Name : never;
}[keyof Port];

type Methods<Port> = Readonly<Record<CallName<Port>, PortMethod>>;

function reads(syscall: string, ...names: readonly number[]): PortMethod {
  return { syscall, effect: 'none', names };
}

function changes(syscall: string, ...names: readonly number[]): PortMethod {
  return { syscall, effect: 'change', names };
}

function syncs(syscall: string): PortMethod {
  return { syscall, effect: 'sync', names: [] };
}

const OPENS_FILE: PortMethod = { syscall: 'open', effect: 'open', names: [0], gives: 'file' };
const OPENS_DIRECTORY: PortMethod = { ...reads('open', 0), gives: 'directory' };

/**
 * The calls of the file system by path.
 *
 * @internal
 */
export const FILE_SYSTEM_METHODS: Methods<FileSystem> = Object.freeze({
  stat: reads('stat', 0),
  lstat: reads('lstat', 0),
  statfs: reads('statfs', 0),
  open: OPENS_FILE,
  openRoot: OPENS_DIRECTORY,
  mkdir: changes('mkdir', 0),
  rmdir: changes('rmdir', 0),
  unlink: changes('unlinkat', 0),
  rename: changes('rename', 0, 1),
  symlink: changes('symlink', 0, 1),
  readlink: reads('readlink', 0),
  mknod: changes('mknod', 0),
  chown: changes('chown', 0),
  lchown: changes('lchown', 0),
  chmod: changes('chmod', 0),
  getxattr: reads('getxattr', 0),
  setxattr: changes('setxattr', 0),
});

/**
 * The calls of an open file.
 *
 * @internal
 */
export const FILE_METHODS: Methods<FileHandle> = Object.freeze({
  read: reads('read'),
  write: changes('write'),
  lseek: reads('seek'),
  ftruncate: changes('truncate'),
  fstat: reads('stat'),
  fchown: changes('chown'),
  fchmod: changes('chmod'),
  futimens: changes('chtimes'),
  fgetxattr: reads('fgetxattr'),
  flistxattr: reads('flistxattr'),
  fsetxattr: changes('fsetxattr'),
  fsync: syncs('sync'),
  syncfs: syncs('syncfs'),
  close: reads('close'),
});

/**
 * The calls of an open directory.
 *
 * @internal
 */
export const DIRECTORY_METHODS: Methods<Directory> = Object.freeze({
  fstat: reads('stat'),
  getdents: reads('readdirent'),
  resolve: OPENS_DIRECTORY,
  opendirat: OPENS_DIRECTORY,
  openat: OPENS_FILE,
  lstatat: reads('lstat', 0),
  readlinkat: reads('readlink', 0),
  mkdirat: changes('mkdir', 0),
  symlinkat: changes('symlink', 0, 1),
  linkat: changes('link', 1, 2),
  mknodat: changes('mknod', 0),
  unlinkat: changes('unlinkat', 0),
  rmdirat: changes('unlinkat', 0),
  renameat: changes('rename', 0, 2),
  lchownat: changes('lchown', 0),
  chmodat: changes('chmod', 0),
  utimensat: changes('chtimes', 0),
  lgetxattrat: reads('lgetxattr', 0),
  lsetxattrat: changes('lsetxattr', 0),
  llistxattrat: reads('llistxattr', 0),
  fgetxattr: reads('fgetxattr'),
  fsetxattr: changes('fsetxattr'),
  flistxattr: reads('flistxattr'),
  fchown: changes('chown'),
  fchmod: changes('chmod'),
  futimens: changes('chtimes'),
  fsync: syncs('sync'),
  close: reads('close'),
});

/**
 * The calls of the mounter; a mount is named by the target in its argument.
 *
 * @internal
 */
export const MOUNTER_METHODS: Methods<Mounter> = Object.freeze({
  mount: changes('mount', 0),
  umount: changes('umount', 0),
});

/**
 * The calls of project quotas.
 *
 * @internal
 */
export const QUOTA_METHODS: Methods<Quota> = Object.freeze({
  projectId: reads('ioctl', 0),
  setProjectId: changes('ioctl', 0),
  quotaFlags: reads('quotactl', 0),
  limits: reads('quotactl', 0),
  setLimits: changes('quotactl', 0),
});
