/**
 * Locks by name, first come first served. A lock object exists only while somebody holds or waits
 * for it.
 *
 * @source moby pkg/locker/locker.go
 * @internal
 */
export class Locker {
  readonly #tails = new Map<string, Promise<void>>();

  /**
   * Runs work while holding the locks of all names; two calls that share names never deadlock,
   * since every caller takes them in the same order.
   */
  async with<T>(names: readonly string[], work: () => Promise<T>): Promise<T> {
    const releases: (() => void)[] = [];
    for (const name of [...new Set(names)].sort()) releases.push(await this.#lock(name));
    try {
      return await work();
    } finally {
      for (const release of releases.reverse()) release();
    }
  }

  async #lock(name: string): Promise<() => void> {
    const before = this.#tails.get(name);
    let open: () => void = () => {};
    const tail = new Promise<void>((resolve) => (open = resolve));
    this.#tails.set(name, tail);
    await before;
    return () => {
      if (this.#tails.get(name) === tail) this.#tails.delete(name);
      open();
    };
  }
}
