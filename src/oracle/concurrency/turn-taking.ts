import type { TurnCall, TurnControl, TurnHook } from '../targets/sequence-target.js';
import type { Happening } from './concurrent-case.js';

/** What a choice is made from. */
export interface Choice {
  /** Callers that can go on, in order. */
  readonly ready: readonly number[];
  /** Who went on last; -1 for nobody. */
  readonly last: number;
  /** How many callers are not done. */
  readonly left: number;
}

/** Chooses who goes on and for how many calls; nobody where the rest is of no interest. */
export type Choose = (choice: Choice) => readonly [caller: number, calls: number] | undefined;

/** Hears of every call that was made, and of what it gave. */
export type Made = (call: TurnCall, outcome: unknown) => void;

/** How taking turns ended. */
export type TurnsEnd = 'done' | 'given up' | 'deadlock' | 'endless';

/** What came of taking turns. */
export interface TurnsOutcome {
  readonly end: TurnsEnd;
  /** What callers that were not done waited for last, by caller. */
  readonly waiting: ReadonlyMap<number, string>;
}

interface Waiting {
  readonly call: TurnCall;
  go(): void;
}

/**
 * Makes callers take turns: of all calls of the driver one is made at a time, and a choice says
 * whose. A caller that waits for a lock has no call to make.
 *
 * @internal
 */
export class TurnTaking {
  readonly happenings: Happening[] = [];
  readonly #turns: TurnControl;
  readonly #stepsMax: number;
  readonly #made: Made | undefined;
  readonly #waiting: Waiting[] = [];
  readonly #lastCall = new Map<number, () => string>();
  readonly #unfinished = new Set<number>();
  #inFlight = 0;
  #steps = 0;
  /** Who may go on without asking, and for how many calls. */
  #allowed = -1;
  #allowance = 0;

  /**
   * @param stepsMax - more calls than that are taken for a run that never ends.
   */
  constructor(turns: TurnControl, stepsMax: number, made?: Made) {
    this.#turns = turns;
    this.#stepsMax = stepsMax;
    this.#made = made;
  }

  /** Waits for a turn, as a call does; callers begin their operations with it. */
  begin(caller: number, tell: () => string): Promise<unknown> {
    const call: TurnCall = { caller, name: 'begin', changes: false, tell };
    return this.#wait(call, 'begins', () => Promise.resolve());
  }

  /** Notes what a caller was answered. */
  answered(caller: number, tell: () => string): void {
    this.happenings.push({ caller, what: 'answers', tell });
  }

  /**
   * Runs all callers to their end, as far as they come to one. Who never comes to it is left as it
   * is: its driver and machine are of no use any more.
   *
   * @throws what a caller throws.
   */
  async run(callers: readonly (() => Promise<void>)[], choose: Choose): Promise<TurnsOutcome> {
    const failures: unknown[] = [];
    this.#turns.watch((call, perform) => this.#hook(call, perform));
    try {
      for (const [caller, work] of callers.entries()) {
        this.#unfinished.add(caller);
        void this.#turns.as(caller, work).then(
          () => this.#unfinished.delete(caller),
          (error: unknown) => failures.push(error),
        );
      }
      const end = await this.#takeTurns(choose, failures);
      if (failures.length > 0) throw failures[0];
      return { end, waiting: new Map([...this.#unfinished].map((it) => [it, this.#told(it)])) };
    } finally {
      this.#turns.watch(undefined);
    }
  }

  async #takeTurns(choose: Choose, failures: readonly unknown[]): Promise<TurnsEnd> {
    let last = -1;
    for (;;) {
      await this.#settle();
      if (this.#unfinished.size === 0 || failures.length > 0) return 'done';
      if (this.#steps > this.#stepsMax) return 'endless';
      if (this.#waiting.length === 0) return 'deadlock';
      const ready = this.#waiting.map(({ call }) => call.caller).sort((a, b) => a - b);
      const chosen = choose({ ready, last, left: this.#unfinished.size });
      if (chosen === undefined) return 'given up';
      [this.#allowed, this.#allowance] = chosen;
      last = this.#allowed;
      const at = this.#waiting.findIndex(({ call }) => call.caller === last);
      const [next] = this.#waiting.splice(at, 1);
      if (next === undefined) throw new Error(`caller ${last} has no call to make`);
      this.#allowance -= 1;
      next.go();
    }
  }

  /** Waits until every caller has a call to make, waits for another one, or is done. */
  async #settle(): Promise<void> {
    do await this.#turns.rest();
    while (this.#inFlight > 0);
  }

  readonly #hook: TurnHook = (call, perform) => this.#wait(call, 'calls', perform);

  async #wait(
    call: TurnCall,
    what: Happening['what'],
    perform: () => Promise<unknown>,
  ): Promise<unknown> {
    const { caller } = call;
    this.#lastCall.set(caller, () => call.tell());
    const passes = caller === this.#allowed && this.#allowance > 0;
    if (passes && this.#steps <= this.#stepsMax) this.#allowance -= 1;
    else await new Promise<void>((go) => this.#waiting.push({ call, go }));
    this.#steps += 1;
    this.happenings.push({ caller, what, tell: () => call.tell() });
    this.#inFlight += 1;
    try {
      const result = await perform();
      this.#made?.(call, result);
      return result;
    } catch (error) {
      this.#made?.(call, error);
      throw error;
    } finally {
      this.#inFlight -= 1;
    }
  }

  #told(caller: number): string {
    const { [0]: waiting } = this.#waiting.filter(({ call }) => call.caller === caller);
    if (waiting !== undefined) return waiting.call.tell();
    const last = this.#lastCall.get(caller);
    return `a lock, after ${last === undefined ? 'nothing' : last()}`;
  }
}
