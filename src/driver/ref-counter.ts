import { FS_MAGIC } from '../domain/host/backing-fs.js';
import { SyscallError } from '../domain/errors.js';
import type { FileSystem } from '../ports/file-system.js';

interface Entry {
  checked: boolean;
  count: number;
}

/**
 * Counts the users of each mount point. The first use of a path asks whether something is mounted
 * there already (by an earlier process) and counts that as one user.
 *
 * @source moby daemon/graphdriver/counter.go
 * @internal
 */
export class RefCounter {
  readonly #fs: FileSystem;
  readonly #entries = new Map<string, Entry>();

  constructor(fs: FileSystem) {
    this.#fs = fs;
  }

  /** Adds a user; gives the count after it: 1 means that the caller has to mount. */
  async increment(path: string): Promise<number> {
    return this.#apply(path, 1);
  }

  /** Takes a user away; gives the count after it, which may be -1. */
  async decrement(path: string): Promise<number> {
    return this.#apply(path, -1);
  }

  /** Forgets a path, as only profile strict does. */
  forget(path: string): void {
    this.#entries.delete(path);
  }

  /** Forgets all paths. */
  forgetAll(): void {
    this.#entries.clear();
  }

  async #apply(path: string, step: number): Promise<number> {
    let entry = this.#entries.get(path);
    if (entry === undefined) {
      entry = { checked: false, count: 0 };
      this.#entries.set(path, entry);
    }
    if (!entry.checked) {
      entry.checked = true;
      if (await isOverlay(this.#fs, path)) entry.count += 1;
    }
    entry.count += step;
    if (entry.count <= 0) this.#entries.delete(path);
    return entry.count;
  }
}

/**
 * Tells whether a path lies on an overlay; any failure counts as no.
 *
 * It does not ask the mount table, so a directory inside an overlay counts as mounted too.
 *
 * @source moby daemon/graphdriver/driver_linux.go fsChecker.IsMounted
 * @internal
 */
export async function isOverlay(fs: FileSystem, path: string): Promise<boolean> {
  try {
    return (await fs.statfs(path)).type === FS_MAGIC.OVERLAY;
  } catch (error) {
    if (error instanceof SyscallError) return false;
    throw error;
  }
}
