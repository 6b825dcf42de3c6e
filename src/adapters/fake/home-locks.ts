import type { NodeRef } from '../../domain/union/volume.js';

/** Who holds a lock. */
interface Holders {
  /** -1 for a writer. */
  readers: number;
}

/**
 * Locks of directories, as `flock` holds them: one writer or any number of readers.
 *
 * @internal
 */
export class HomeLocks {
  readonly #held = new Map<string, Holders>();

  /**
   * Takes a lock.
   *
   * @returns what gives it up, once; undefined where somebody else holds it.
   */
  take({ volume, node }: NodeRef, mode: 'shared' | 'exclusive'): (() => void) | undefined {
    const key = `${volume}:${node}`;
    const holders = this.#held.get(key) ?? { readers: 0 };
    if (holders.readers < 0 || (mode === 'exclusive' && holders.readers > 0)) return undefined;
    holders.readers += mode === 'exclusive' ? -1 : 1;
    this.#held.set(key, holders);
    let released = false;
    return () => {
      // After a crash the lock may be somebody else's.
      if (released || this.#held.get(key) !== holders) return;
      released = true;
      holders.readers = Math.max(0, holders.readers - 1);
      if (holders.readers === 0) this.#held.delete(key);
    };
  }

  /** Gives up every lock. */
  clear(): void {
    this.#held.clear();
  }
}
