import { assert } from '../../assert.js';
import type { SparseEntry } from './header.js';

/**
 * Walks through a sparse file: what comes next, a hole or data, and how much of it.
 *
 * @source Go 1.13 archive/tar sparseFileReader
 * @internal
 */
export class SparseCursor {
  readonly #holes: readonly SparseEntry[];
  readonly #end: bigint;
  #index = 0;
  #position = 0n;

  /** @param holes - as `holesBetween` gives them: the last ends at the file's size. */
  constructor(holes: readonly SparseEntry[]) {
    this.#holes = holes;
    this.#end = endOf(this.#holeAt(holes.length - 1));
  }

  /** Tells whether the whole file has been passed. */
  get isAtEnd(): boolean {
    return this.#position === this.#end;
  }

  /** Gives kind and bytes of what follows, at least one byte before the end. */
  get ahead(): { readonly kind: 'data' | 'hole'; readonly length: bigint } {
    const hole = this.#holeAt(this.#index);
    return this.#position < hole.offset
      ? { kind: 'data', length: hole.offset - this.#position }
      : { kind: 'hole', length: endOf(hole) - this.#position };
  }

  /** Passes over bytes of what follows. */
  advance(length: bigint): void {
    this.#position += length;
    const isPassed = this.#position >= endOf(this.#holeAt(this.#index));
    if (isPassed && this.#index < this.#holes.length - 1) this.#index += 1;
  }

  #holeAt(index: number): SparseEntry {
    const hole = this.#holes[index];
    assert(hole !== undefined, 'a sparse file has at least one hole, if an empty one');
    return hole;
  }
}

function endOf({ offset, length }: SparseEntry): bigint {
  return offset + length;
}
