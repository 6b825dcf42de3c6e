/**
 * Locks by name, first come first served. A lock object exists only while somebody holds or waits
 * for it.
 *
 * @source moby pkg/locker/locker.go
 * @internal
 */
export class Locker {
  readonly #tails = new Map<string, Promise<void>>();
  /** How many callers hold locks or wait for them. */
  #active = 0;
  /** Resolves when whoever wants to be alone is done. */
  #alone: Promise<void> | undefined;
  /** Told when nobody holds a lock any more. */
  #idle: (() => void) | undefined;

  /**
   * Runs work while holding the locks of all names; two calls that share names never deadlock,
   * since every caller takes them in the same order.
   */
  async with<T>(names: readonly string[], work: () => Promise<T>): Promise<T> {
    while (this.#alone !== undefined) await this.#alone;
    this.#active += 1;
    try {
      return await this.#holding(names, work);
    } finally {
      this.#active -= 1;
      if (this.#active === 0) this.#idle?.();
    }
  }

  /**
   * Runs work while nobody else holds a lock: waits for those who do, and lets those who come
   * meanwhile wait. Not to be called, nor {@link Locker.with}, by a caller that holds a lock.
   */
  async withAll<T>(work: () => Promise<T>): Promise<T> {
    while (this.#alone !== undefined) await this.#alone;
    let open: () => void = () => {};
    this.#alone = new Promise((resolve) => (open = resolve));
    try {
      if (this.#active > 0) await new Promise<void>((resolve) => (this.#idle = resolve));
      return await work();
    } finally {
      this.#idle = undefined;
      this.#alone = undefined;
      open();
    }
  }

  async #holding<T>(names: readonly string[], work: () => Promise<T>): Promise<T> {
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
