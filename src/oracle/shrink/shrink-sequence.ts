import type { Sequence } from '../commands/sequence.js';
import type { Operation } from '../commands/operation.js';
import type { Divergence } from '../judge/divergence.js';
import { faultKey } from '../judge/fault-key.js';
import { renamings } from './rename-ids.js';
import { simplerOperations } from './simpler-operations.js';

/** Runs a sequence on a fresh target and model; gives the first divergence. */
export type Reproduce = (sequence: Sequence) => Promise<Divergence | undefined>;

/** A sequence that diverges, and how. */
export interface Reproduction {
  readonly sequence: Sequence;
  readonly divergence: Divergence;
}

/** What it took to shrink. */
export interface Shrunk extends Reproduction {
  /** How often a sequence was run. */
  readonly runs: number;
}

/**
 * Makes a sequence that diverges as short and as plain as it gets while the same fault shows: it
 * drops halves, quarters and so on down to single operations, then simplifies what is left, and
 * begins again while that helps.
 *
 * @param runsMax - it gives what it has after so many runs.
 * @public
 * @since 0.1.0
 */
export async function shrinkSequence(
  found: Reproduction,
  reproduce: Reproduce,
  runsMax: number,
): Promise<Shrunk> {
  const shrinker = new Shrinker(found, reproduce, runsMax);
  await shrinker.run();
  return { ...shrinker.best, runs: shrinker.runs };
}

class Shrinker {
  best: Reproduction;
  runs = 0;
  readonly #reproduce: Reproduce;
  readonly #runsMax: number;
  readonly #fault: string;

  constructor(found: Reproduction, reproduce: Reproduce, runsMax: number) {
    this.best = found;
    this.#reproduce = reproduce;
    this.#runsMax = runsMax;
    this.#fault = faultKey(found.divergence);
  }

  async run(): Promise<void> {
    await this.#try(this.#operations.slice(0, this.best.divergence.index + 1));
    for (let size = this.#operations.length >> 1; size > 1; size >>= 1) await this.#drop(size);
    let isShrinking = true;
    while (isShrinking && this.runs < this.#runsMax) {
      const dropped = await this.#drop(1);
      const simplified = await this.#simplify();
      isShrinking = dropped || simplified;
    }
    await this.#rename();
    if (this.best.sequence.surroundings.homePadding > 0) {
      await this.#tryWhole({ ...this.best.sequence, surroundings: { homePadding: 0 } });
    }
  }

  get #operations(): readonly Operation[] {
    return this.best.sequence.operations;
  }

  /** Leaves out runs of operations, from the end, since later ones depend on earlier ones. */
  async #drop(size: number): Promise<boolean> {
    let isShorter = false;
    for (let end = this.#operations.length; end > 0; end -= size) {
      const all = this.#operations;
      const rest = [...all.slice(0, Math.max(0, end - size)), ...all.slice(end)];
      if (rest.length > 0 && (await this.#try(rest))) isShorter = true;
    }
    return isShorter;
  }

  async #simplify(): Promise<boolean> {
    let isSimpler = false;
    for (let i = 0; i < this.#operations.length; i++) {
      for (let again = true; again;) {
        again = false;
        const operation = this.#operations[i];
        if (operation === undefined) break;
        for (const simpler of simplerOperations(operation)) {
          if (!(await this.#try(this.#operations.with(i, simpler)))) continue;
          [isSimpler, again] = [true, true];
          break;
        }
      }
    }
    return isSimpler;
  }

  async #rename(): Promise<void> {
    for (const renamed of renamings(this.#operations)) await this.#try(renamed(this.#operations));
  }

  #try(operations: readonly Operation[]): Promise<boolean> {
    return this.#tryWhole({ ...this.best.sequence, operations });
  }

  async #tryWhole(sequence: Sequence): Promise<boolean> {
    if (this.runs >= this.#runsMax) return false;
    this.runs += 1;
    const divergence = await this.#reproduce(sequence);
    if (divergence === undefined || faultKey(divergence) !== this.#fault) return false;
    const operations = sequence.operations.slice(0, divergence.index + 1);
    this.best = { sequence: { ...sequence, operations }, divergence };
    return true;
  }
}
