/** Calls on what is open, the same for files and directories; `path` is what errors call it. */
import type { FileStat, Timestamp } from '../../domain/host/file-stat.js';
import { inodeError } from '../../domain/union/inode-error.js';
import { decodeText } from './byte-string.js';
import { failure } from './failure.js';
import type { OpenFile } from './open-file.js';
import { pathBytes } from './path-walk.js';

type Path = string | Uint8Array;

/** @internal */
export function fstat(file: OpenFile, path: Path): FileStat {
  try {
    return file.volume.attributes(file.node);
  } catch (error) {
    throw failure(error, 'stat', path);
  }
}

/** @internal */
export function fchown(file: OpenFile, path: Path, uid: number, gid: number): void {
  try {
    file.volume.change(file.node, { uid, gid });
  } catch (error) {
    throw failure(error, 'chown', path);
  }
}

/** @internal */
export function fchmod(file: OpenFile, path: Path, mode: number): void {
  try {
    file.volume.change(file.node, { mode });
  } catch (error) {
    throw failure(error, 'chmod', path);
  }
}

/** @internal */
export function futimens(file: OpenFile, path: Path, atime: Timestamp, mtime: Timestamp): void {
  try {
    file.volume.change(file.node, { atime, mtime });
  } catch (error) {
    throw failure(error, 'chtimes', path);
  }
}

/** @internal */
export function fgetxattr(file: OpenFile, path: Path, name: string): Uint8Array {
  try {
    return file.volume.getxattr(file.node, pathBytes(name));
  } catch (error) {
    throw failure(error, 'fgetxattr', path);
  }
}

/** @internal */
export function fsetxattr(file: OpenFile, path: Path, name: string, value: Uint8Array): void {
  try {
    file.volume.setxattr(file.node, pathBytes(name), value);
  } catch (error) {
    throw failure(error, 'fsetxattr', path);
  }
}

/** @internal */
export function flistxattr(file: OpenFile, path: Path): readonly string[] {
  try {
    return file.volume.listxattr(file.node).map(decodeText);
  } catch (error) {
    throw failure(error, 'flistxattr', path);
  }
}

/**
 * Makes a call that does nothing but fail on what is closed.
 *
 * @internal
 */
export function checkOpen(file: OpenFile, syscall: string, path: Path): void {
  if (!file.isOpen) throw failure(inodeError('EBADF'), syscall, path);
}
