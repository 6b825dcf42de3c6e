import type { LayerStoreModel } from '../model/model.js';
import type { TraceEvent } from './trace-event.js';

/** States that may be looked at for one call, before it is given up. */
const STATES_MAX = 20_000;

/** Calls that change nothing, so that whenever they are allowed they may be told at once. */
const READS: ReadonlySet<string> = new Set(['exists', 'metadata', 'status']);

/** One way in which the history up to now may have gone. */
interface Way {
  readonly model: LayerStoreModel;
  /** Calls that have had their effect and not ended yet. */
  readonly early: ReadonlySet<TraceEvent>;
  /** Which calls have written files, in order: no look at a home tells. */
  readonly trail: string;
}

/** What came of a call that ended. */
export type Ending = 'explained' | 'unexplained' | 'given up';

/**
 * Follows one part of a history by the ends of its calls, keeping every state in which the layer
 * store may be: a call that ends has had its effect at some moment since it began, before or after
 * that of each call that was in progress.
 *
 * @source Lowe 2017, Testing for Linearizability, just-in-time linearization
 * @internal
 */
export class OrderSearch {
  #ways: readonly Way[];
  readonly #before: ReadonlyMap<TraceEvent, TraceEvent>;
  readonly #forgetsFiles: boolean;
  /** Calls that the model could not judge. */
  blind = 0;
  /** The most states that there were at a time. */
  waysMost = 1;

  /**
   * @param before - the call that its caller made before, for calls whose callers are known.
   * @param forgetsFiles - whether nobody knows what is done to trees that were given.
   */
  constructor(
    model: LayerStoreModel,
    before: ReadonlyMap<TraceEvent, TraceEvent>,
    forgetsFiles: boolean,
  ) {
    this.#ways = [{ model, early: new Set(), trail: '' }];
    this.#before = before;
    this.#forgetsFiles = forgetsFiles;
  }

  /** One of the states that there may be. */
  get model(): LayerStoreModel | undefined {
    return this.#ways[0]?.model;
  }

  /** What would have been allowed in place of an answer, in any of the states. */
  expectedInsteadOf({ operation, answer }: TraceEvent): {
    readonly expected: readonly string[];
    readonly rule?: string;
  } {
    const expected = new Set<string>();
    let rule: string | undefined;
    for (const { model } of this.#ways) {
      const verdict = model.fork().step(operation, answer);
      if (verdict.agrees) continue;
      for (const text of verdict.expected) expected.add(text);
      rule ??= verdict.rule;
    }
    return { expected: [...expected], ...(rule === undefined ? {} : { rule }) };
  }

  /**
   * A call ends.
   *
   * @param open - all calls that are in progress, itself among them.
   */
  end(event: TraceEvent, open: ReadonlySet<TraceEvent>): Ending {
    const [only] = this.#ways;
    if (only === undefined) return 'unexplained';
    if (this.#ways.length === 1 && open.size === 1 && only.early.size === 0) {
      const done = this.#endAlone(only.model, event);
      if (done !== undefined) return done;
    }
    return this.#search(event, open);
  }

  /** Nothing else is in progress, and there is one state: it moves on. */
  #endAlone(model: LayerStoreModel, event: TraceEvent): Ending | undefined {
    const { operation, answer } = event;
    if (model.allowed(operation).length !== 1) return undefined;
    const verdict = model.step(operation, answer);
    if (!verdict.agrees) return 'unexplained';
    if (verdict.blind) this.blind += 1;
    this.#forget(model, event);
    return 'explained';
  }

  #search(event: TraceEvent, open: ReadonlySet<TraceEvent>): Ending {
    const seen = new Set<string>();
    const found = new Map<string, Way>();
    const numbers = new Map([...open].map((one, at) => [one, at]));
    const waiting = [...this.#ways];
    while (waiting.length > 0) {
      const way = waiting.pop();
      if (way === undefined) break;
      if (way.early.has(event)) {
        const early = new Set(way.early);
        early.delete(event);
        const ended = { ...way, early };
        found.set(keyOf(ended, numbers), ended);
        continue;
      }
      const key = keyOf(way, numbers);
      if (seen.has(key)) continue;
      seen.add(key);
      if (seen.size > STATES_MAX) return 'given up';
      waiting.push(...this.#next(way, open));
    }
    if (found.size === 0) return 'unexplained';
    const [first] = found.values();
    if (first?.model.isLost === true) this.blind += 1;
    const isSure = found.size === 1;
    this.#ways = [...found.values()].map((way) => (isSure ? { ...way, trail: '' } : way));
    this.waysMost = Math.max(this.waysMost, found.size);
    return 'explained';
  }

  /** The ways that lead on by one call. */
  #next(way: Way, open: ReadonlySet<TraceEvent>): readonly Way[] {
    const { model, early, trail } = way;
    const next: Way[] = [];
    for (const event of open) {
      if (early.has(event) || this.#waits(event, early, open)) continue;
      const { operation, answer } = event;
      const after = model.after(operation, answer);
      const isWrite = operation.op === 'apply' || operation.op === 'file';
      for (const one of after) {
        this.#forget(one, event);
        next.push({
          model: one,
          early: new Set(early).add(event),
          trail: isWrite ? `${trail} ${event.line}` : trail,
        });
      }
      // Nobody loses anything by telling it now: no other order explains more.
      if (READS.has(operation.op) && after.length === 1) return next.slice(-1);
    }
    return next;
  }

  /** Whether its caller is still in a call that comes before. */
  #waits(
    event: TraceEvent,
    early: ReadonlySet<TraceEvent>,
    open: ReadonlySet<TraceEvent>,
  ): boolean {
    const before = this.#before.get(event);
    return before !== undefined && open.has(before) && !early.has(before);
  }

  #forget(model: LayerStoreModel, { operation, answer }: TraceEvent): void {
    if (this.#forgetsFiles && operation.op === 'get' && answer.ok) model.forgetTree(operation.id);
  }
}

function keyOf({ model, early, trail }: Way, numbers: ReadonlyMap<TraceEvent, number>): string {
  const told = [...early].map((event) => numbers.get(event) ?? -1).sort((a, b) => a - b);
  return `${told.join()}|${trail}|${JSON.stringify(model.view())} ${model.memory()}`;
}
