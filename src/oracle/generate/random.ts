const TWO_32 = 2 ** 32;
const GOLDEN = 0x9e3779b9;

/**
 * Random numbers that a seed determines, on every machine alike (sfc32).
 *
 * @source PractRand sfc32
 * @internal
 */
export class SeededRandom {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  /**
   * @param stream - which of the seed's sequences of numbers it is.
   */
  constructor(seed: number, stream = 0) {
    this.#a = seed | 0;
    this.#b = stream | 0;
    this.#c = (Math.floor(seed / TWO_32) ^ Math.imul(Math.floor(stream / TWO_32), GOLDEN)) | 0;
    for (let i = 0; i < 12; i++) this.next();
  }

  /** An integer of 32 bits, not negative. */
  next(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    return sum >>> 0;
  }

  /** An integer from 0 to below a bound. */
  below(bound: number): number {
    return Math.floor((this.next() / TWO_32) * bound);
  }

  /** An integer from a range, both ends included. */
  between(min: number, max: number): number {
    return min + this.below(max - min + 1);
  }

  /** True in so many of a hundred cases. */
  percent(share: number): boolean {
    return this.below(100) < share;
  }

  /** One of some values, all alike. */
  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)] as T;
  }

  /** All of some values in some order. */
  shuffled<T>(values: readonly T[]): readonly T[] {
    const all = [...values];
    for (let left = all.length - 1; left > 0; left--) {
      const at = this.below(left + 1);
      [all[left], all[at]] = [all[at] as T, all[left] as T];
    }
    return all;
  }

  /** One of some values by their weights, whole numbers. */
  weighted<T>(choices: readonly (readonly [weight: number, value: T])[]): T {
    let total = 0;
    for (const [weight] of choices) total += weight;
    let at = this.below(total);
    for (const [weight, value] of choices) {
      at -= weight;
      if (at < 0) return value;
    }
    throw new Error('there is nothing to choose from');
  }
}
