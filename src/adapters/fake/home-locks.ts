import type { NodeRef } from '../../domain/union/volume.js';

/**
 * Locks of directories, as `flock` holds them: one writer or any number of readers.
 *
 * @internal
 */
export class HomeLocks {
  /** Readers of each directory, or -1 for a writer. */
  readonly #held = new Map<string, number>();

  /** Takes a lock, or tells that it is held. */
  take({ volume, node }: NodeRef, mode: 'shared' | 'exclusive'): (() => void) | undefined {
    const key = `${volume}:${node}`;
    const holders = this.#held.get(key) ?? 0;
    if (holders < 0 || (mode === 'exclusive' && holders > 0)) return undefined;
    this.#held.set(key, mode === 'exclusive' ? -1 : holders + 1);
    let released = false;
    return () => {
      const now = this.#held.get(key);
      if (released || now === undefined) return;
      released = true;
      if (now <= 1) this.#held.delete(key);
      else this.#held.set(key, now - 1);
    };
  }

  /** Gives up every lock. */
  clear(): void {
    this.#held.clear();
  }
}
