/**
 * Hears that nothing is left in this process that could run: whoever waits then waits for ever, as
 * for a lock that nobody will let go.
 *
 * @internal
 */
export class StallWatch {
  readonly #waiting = new Set<() => void>();
  readonly #tell = (): void => {
    for (const tell of this.#waiting) tell();
    this.#waiting.clear();
  };

  constructor() {
    process.on('beforeExit', this.#tell);
  }

  /** Resolves when that happens; until `forget` is called. */
  next(): { readonly stalled: Promise<void>; forget(): void } {
    let tell = (): void => undefined;
    const stalled = new Promise<void>((resolve) => {
      tell = resolve;
    });
    this.#waiting.add(tell);
    return { stalled, forget: () => void this.#waiting.delete(tell) };
  }

  dispose(): void {
    process.off('beforeExit', this.#tell);
  }
}
