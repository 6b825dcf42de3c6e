/**
 * XXH64 with seed 0, of which zstd keeps the lower half. Numbers of 64 bits are pairs of 32-bit
 * halves here: `bigint` would be fifty times slower.
 */

/** Halves of a 64-bit number; kept and changed in place, so that hashing allocates nothing. */
interface Word {
  high: number;
  low: number;
}

type Constant = Readonly<Word>;

const PRIME_1: Constant = Object.freeze({ high: 0x9e3779b1, low: 0x85ebca87 });
const PRIME_2: Constant = Object.freeze({ high: 0xc2b2ae3d, low: 0x27d4eb4f });
const PRIME_3: Constant = Object.freeze({ high: 0x165667b1, low: 0x9e3779f9 });
const PRIME_4: Constant = Object.freeze({ high: 0x85ebca77, low: 0xc2b2ae63 });
const PRIME_5: Constant = Object.freeze({ high: 0x27d4eb2f, low: 0x165667c5 });

const STRIPE_BYTES = 32;
const LANES = 4;

/**
 * The running checksum of a zstd frame.
 *
 * @source XXH64 specification, section "XXH64 Algorithm Description"
 * @internal
 */
export class Xxh64 {
  readonly #lanes: readonly Word[] = [
    sum(PRIME_1, PRIME_2),
    { ...PRIME_2 },
    { high: 0, low: 0 },
    negated(PRIME_1),
  ];
  readonly #pending = new Uint8Array(STRIPE_BYTES);
  readonly #pendingView = new DataView(this.#pending.buffer);
  #pendingLength = 0;
  #totalBytes = 0;

  /** Adds bytes. */
  update(bytes: Uint8Array): void {
    this.#totalBytes += bytes.length;
    let at = 0;
    if (this.#pendingLength > 0) {
      at = Math.min(STRIPE_BYTES - this.#pendingLength, bytes.length);
      this.#pending.set(bytes.subarray(0, at), this.#pendingLength);
      this.#pendingLength += at;
      if (this.#pendingLength < STRIPE_BYTES) return;
      this.#stripe(this.#pendingView, 0);
      this.#pendingLength = 0;
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (; at + STRIPE_BYTES <= bytes.length; at += STRIPE_BYTES) this.#stripe(view, at);
    this.#pending.set(bytes.subarray(at));
    this.#pendingLength = bytes.length - at;
  }

  /** Gives the lower 32 bits of the hash of all bytes so far. */
  digest32(): number {
    const hash = this.#totalBytes >= STRIPE_BYTES ? this.#merged() : { ...PRIME_5 };
    add(hash, {
      high: Math.floor(this.#totalBytes / 0x1_0000_0000),
      low: this.#totalBytes >>> 0,
    });
    let at = 0;
    for (; at + 8 <= this.#pendingLength; at += 8) {
      const word = wordAt(this.#pendingView, at);
      round(word, { high: 0, low: 0 });
      xor(hash, word);
      mixInto(hash, 27, PRIME_1, PRIME_4);
    }
    if (at + 4 <= this.#pendingLength) {
      const word = { high: 0, low: this.#pendingView.getUint32(at, true) };
      multiply(word, PRIME_1);
      xor(hash, word);
      mixInto(hash, 23, PRIME_2, PRIME_3);
      at += 4;
    }
    for (; at < this.#pendingLength; at++) {
      const word = { high: 0, low: this.#pending[at] ?? 0 };
      multiply(word, PRIME_5);
      xor(hash, word);
      rotate(hash, 11);
      multiply(hash, PRIME_1);
    }
    return avalanche(hash).low >>> 0;
  }

  #stripe(view: DataView, at: number): void {
    for (let lane = 0; lane < LANES; lane++) {
      const word = this.#lanes[lane] as Word;
      const start = at + lane * 8;
      mixInput(word, view.getUint32(start + 4, true), view.getUint32(start, true));
    }
  }

  #merged(): Word {
    const [one, two, three, four] = this.#lanes.map((lane) => ({ ...lane })) as [
      Word,
      Word,
      Word,
      Word,
    ];
    const lanes = [one, two, three, four].map((lane) => ({ ...lane }));
    rotate(one, 1);
    rotate(two, 7);
    rotate(three, 12);
    rotate(four, 18);
    const hash = sum(sum(one, two), sum(three, four));
    for (const lane of lanes) {
      round(lane, { high: 0, low: 0 });
      xor(hash, lane);
      multiply(hash, PRIME_1);
      add(hash, PRIME_4);
    }
    return hash;
  }
}

/** `lane = rotate(lane + input * PRIME_2, 31) * PRIME_1`. */
function mixInput(lane: Word, inputHigh: number, inputLow: number): void {
  const input = { high: inputHigh, low: inputLow };
  multiply(input, PRIME_2);
  add(lane, input);
  rotate(lane, 31);
  multiply(lane, PRIME_1);
}

/** The same with the input in `word` and the lane given; the result is left in `word`. */
function round(word: Word, lane: Word): void {
  mixInput(lane, word.high, word.low);
  word.high = lane.high;
  word.low = lane.low;
}

function mixInto(hash: Word, bits: number, factor: Constant, addend: Constant): void {
  rotate(hash, bits);
  multiply(hash, factor);
  add(hash, addend);
}

function avalanche(hash: Word): Word {
  // >> 33, >> 29 and >> 32 of the whole number.
  xor(hash, { high: 0, low: hash.high >>> 1 });
  multiply(hash, PRIME_2);
  xor(hash, { high: hash.high >>> 29, low: (hash.low >>> 29) | (hash.high << 3) });
  multiply(hash, PRIME_3);
  xor(hash, { high: 0, low: hash.high });
  return hash;
}

function add(word: Word, addend: Constant): void {
  const low = (word.low >>> 0) + (addend.low >>> 0);
  word.high = (word.high + addend.high + (low > 0xffff_ffff ? 1 : 0)) | 0;
  word.low = low | 0;
}

function xor(word: Word, other: Constant): void {
  word.high ^= other.high;
  word.low ^= other.low;
}

/** @param bits - 1 to 31. */
function rotate(word: Word, bits: number): void {
  const { high, low } = word;
  word.high = (high << bits) | (low >>> (32 - bits));
  word.low = (low << bits) | (high >>> (32 - bits));
}

/** Long multiplication modulo 2^64, in 16-bit digits where a carry counts. */
function multiply(word: Word, factor: Constant): void {
  const a0 = word.low & 0xffff;
  const a1 = word.low >>> 16;
  const b0 = factor.low & 0xffff;
  const b1 = factor.low >>> 16;
  const low = a0 * b0;
  const middle = a1 * b0 + (low >>> 16);
  const cross = a0 * b1 + (middle % 0x1_0000);
  const carry = a1 * b1 + Math.floor(middle / 0x1_0000) + Math.floor(cross / 0x1_0000);
  word.high = (carry + Math.imul(word.high, factor.low) + Math.imul(word.low, factor.high)) | 0;
  word.low = Math.imul(word.low, factor.low);
}

function sum(a: Constant, b: Constant): Word {
  const word = { ...a };
  add(word, b);
  return word;
}

function negated({ high, low }: Constant): Word {
  return sum({ high: ~high, low: ~low }, { high: 0, low: 1 });
}

function wordAt(view: DataView, at: number): Word {
  return { high: view.getUint32(at + 4, true), low: view.getUint32(at, true) };
}
