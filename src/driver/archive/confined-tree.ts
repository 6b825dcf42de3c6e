import { isErrno, SyscallError } from '../../domain/errors.js';
import { goClean } from '../../domain/go/path.js';
import type { FileStat } from '../../domain/host/file-stat.js';
import { FILE_TYPE } from '../../domain/host/file-type.js';

import { ERRNO } from '../../domain/go/errno.js';
import type { Directory } from '../../ports/file-system.js';
import { removeAllAt } from '../remove-tree.js';
import { baseOf, fromBytePath, parentOf, showBytePath, toBytePath } from './byte-path.js';

/** Open directories kept for the entries to come. */
const KEPT_MAX = 32;
/** Symlinks that one path may lead through, as in the kernel. */
const LINKS_MAX = 40;

/**
 * Where a path leads: an open directory and a name in it. The directory stays open until some
 * thirty others were asked for.
 *
 * @internal
 */
export interface Place {
  readonly directory: Directory;
  readonly name: Uint8Array;
}

/**
 * One directory tree seen as a process sees its root after chroot: absolute paths start at the
 * tree, and neither `..` nor a symlink leads out of it. Paths are absolute, cleaned byte paths.
 *
 * The directories of recent paths stay open, so that an ordinary entry costs no walk. They are
 * let go whenever something is removed that a path could lead through; what is merely added can't
 * change where an existing path leads.
 *
 * @source moby pkg/chrootarchive/chroot_linux.go
 * @internal
 */
export class ConfinedTree {
  readonly root: Directory;
  readonly #kept = new Map<string, Directory>();
  #lastPath = '/';
  #last: Directory;
  /** Whether anything was removed or renamed: what was once seen at a path may be gone. */
  #disturbed = false;

  /** @param root - stays the caller's to close. */
  constructor(root: Directory) {
    this.root = root;
    this.#last = root;
  }

  get isDisturbed(): boolean {
    return this.#disturbed;
  }

  /** Whether a path is that of the directory asked for last, so that it needs no call. */
  isLast(path: string): boolean {
    return path === this.#lastPath;
  }

  /**
   * Opens the directory at a path; the tree closes it.
   *
   * @throws SyscallError ENOENT, ENOTDIR, ELOOP.
   */
  async directory(path: string): Promise<Directory> {
    if (path === this.#lastPath) return this.#last;
    const directory = path === '/' ? this.root : await this.#open(path);
    this.#lastPath = path;
    this.#last = directory;
    return directory;
  }

  /**
   * Finds the parent directory of a path other than the root.
   *
   * @throws SyscallError ENOENT, ENOTDIR, ELOOP.
   */
  async place(path: string): Promise<Place> {
    const parent = parentOf(path);
    const directory = parent === this.#lastPath ? this.#last : await this.directory(parent);
    return { directory, name: fromBytePath(baseOf(path)) };
  }

  /** `lstat`; undefined where Go's callers take any failure for "not there". */
  async lstat(path: string): Promise<FileStat | undefined> {
    try {
      return await this.lstatOrThrow(path);
    } catch (error) {
      if (error instanceof SyscallError) return undefined;
      throw error;
    }
  }

  /**
   * `lstat`.
   *
   * @throws SyscallError `lstat <path>: …`.
   */
  async lstatOrThrow(path: string): Promise<FileStat> {
    try {
      if (path === '/') return await this.root.fstat();
      const { directory, name } = await this.place(path);
      return await directory.lstatat(name);
    } catch (error) {
      throw retell(error, 'lstat', path);
    }
  }

  /**
   * Removes a path and everything below it; a missing path is success.
   *
   * @throws SyscallError `unlinkat <path>: …`.
   * @source Go 1.13 os/removeall_at.go
   */
  async removeAll(path: string): Promise<void> {
    if (path === '/') return this.#removeRoot();
    this.#disturbed = true;
    let place: Place;
    try {
      place = await this.place(path);
    } catch (error) {
      if (isErrno(error, 'ENOENT')) return;
      throw retell(error, 'unlinkat', path);
    }
    try {
      await removeAllAt(place.directory, place.name, showBytePath(parentOf(path)));
    } finally {
      await this.forget();
    }
  }

  /**
   * Finds what a path means where the last component is followed, too.
   *
   * @returns the open directory, or where the file that is no directory lies.
   * @throws SyscallError ENOENT, ENOTDIR, ELOOP.
   */
  async follow(path: string): Promise<{ directory: Directory } | { place: Place }> {
    let target = path;
    for (let links = 0; links < LINKS_MAX; links++) {
      try {
        return { directory: await this.directory(target) };
      } catch (error) {
        if (!isErrno(error, 'ENOTDIR')) throw error;
      }
      const place = await this.place(target);
      if (!isSymlink(await place.directory.lstatat(place.name))) return { place };
      const link = toBytePath(await place.directory.readlinkat(place.name));
      target = link.startsWith('/') ? link : `${parentOf(target)}/${link}`;
      if (/(?:^|\/)\.{0,2}$/.test(target)) target = goClean(target);
    }
    throw new SyscallError({ errno: ERRNO.ELOOP, syscall: 'open', path: showBytePath(path) });
  }

  /** To be told when something was renamed over a path. */
  async disturb(): Promise<void> {
    this.#disturbed = true;
    await this.forget();
  }

  /** Lets go of every directory but the root. */
  async forget(): Promise<void> {
    this.#lastPath = '/';
    this.#last = this.root;
    const kept = [...this.#kept.values()];
    this.#kept.clear();
    for (const directory of kept) await directory.close();
  }

  async #open(path: string): Promise<Directory> {
    const known = this.#kept.get(path);
    if (known !== undefined) {
      // A map keeps the order of insertion: what was used last goes to the end.
      this.#kept.delete(path);
      this.#kept.set(path, known);
      return known;
    }
    const directory = await this.root.resolve(fromBytePath(path));
    this.#kept.set(path, directory);
    if (this.#kept.size > KEPT_MAX) await this.#dropOldest();
    return directory;
  }

  async #dropOldest(): Promise<void> {
    const oldest = this.#kept.entries().next();
    if (oldest.done === true) return;
    const [path, directory] = oldest.value;
    this.#kept.delete(path);
    await directory.close();
  }

  /** QUIRK: removing the root empties it before it fails; one would have expected a refusal. */
  async #removeRoot(): Promise<never> {
    this.#disturbed = true;
    await this.forget();
    for (const entry of await this.root.getdents()) {
      await removeAllAt(this.root, entry.name, '/');
    }
    throw new SyscallError({ errno: ERRNO.EBUSY, syscall: 'unlinkat', path: './/' });
  }
}

/**
 * Gives a failed call Go's word for what was asked and the path as the extracting process knows
 * it; other values stay as they are.
 *
 * @param path - a byte path.
 * @internal
 */
export function retell(error: unknown, syscall: string, path: string): unknown {
  return retellAt(error, () => ({ syscall, path: showBytePath(path) }));
}

/**
 * Gives a failed call the path of the host, and Go's word where another than the call's own is
 * meant; other values stay as they are.
 *
 * @internal
 */
export function retellAt(
  error: unknown,
  tell: () => { readonly syscall?: string; readonly path: string },
): unknown {
  if (!(error instanceof SyscallError)) return error;
  const { errno, syscall } = error;
  return new SyscallError({ errno, syscall, ...tell() });
}

/**
 * Tells whether a file is a directory.
 *
 * @internal
 */
export function isDirectory(stat: Pick<FileStat, 'mode'>): boolean {
  return (stat.mode & FILE_TYPE.MASK) === FILE_TYPE.DIRECTORY;
}

/**
 * Tells whether a file is a symlink.
 *
 * @internal
 */
export function isSymlink(stat: Pick<FileStat, 'mode'>): boolean {
  return (stat.mode & FILE_TYPE.MASK) === FILE_TYPE.SYMLINK;
}
