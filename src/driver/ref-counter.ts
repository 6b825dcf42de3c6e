import { FS_MAGIC } from '../domain/host/backing-fs.js';
import { SyscallError } from '../domain/errors.js';
import type { FileSystem } from '../ports/file-system.js';

interface Entry {
  count: number;
  /** Resolves when it is known, and counted, whether an earlier process mounted here. */
  checked: Promise<void>;
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
      entry = { count: 0, checked: Promise.resolve() };
      entry.checked = this.#countMounted(path, entry);
      this.#entries.set(path, entry);
    }
    // Whoever comes while the kernel is asked waits too, so that nobody counts from too little.
    await entry.checked;
    entry.count += step;
    if (entry.count <= 0 && this.#entries.get(path) === entry) this.#entries.delete(path);
    return entry.count;
  }

  async #countMounted(path: string, entry: Entry): Promise<void> {
    if (await isOverlay(this.#fs, path)) entry.count += 1;
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
