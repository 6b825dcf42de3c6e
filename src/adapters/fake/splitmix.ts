const STEP = 0x9e3779b9;
const WORD = 2 ** 32;

/**
 * Numbers that are a function of a seed; forks go on alike and apart.
 *
 * @source Guy Steele, Doug Lea, Christine Flood: Fast Splittable Pseudorandom Number Generators
 * @internal
 */
export class Splitmix {
  #state: number;

  /** @param seed - its lower 32 bits count. */
  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** Gives an unsigned 32-bit number. */
  next(): number {
    this.#state = (this.#state + STEP) | 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return ((mixed ^ (mixed >>> 16)) >>> 0) % WORD;
  }

  /** Fills a block of bytes. */
  generate(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += 4) {
      let word = this.next();
      for (let i = at; i < at + 4 && i < bytes.length; i++) {
        bytes[i] = word & 0xff;
        word >>>= 8;
      }
    }
  }

  fork(): Splitmix {
    return new Splitmix(this.#state);
  }
}
