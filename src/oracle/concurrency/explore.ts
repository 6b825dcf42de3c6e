import type { Operation } from '../commands/operation.js';
import type { Part, Schedule } from './concurrent-case.js';
import type { CaseResult } from './run-case.js';
import { Trail } from './trail.js';
import type { Choose, Made } from './turn-taking.js';

/** Runs one case on a fresh target. */
export type RunChoosing = (choose: Choose, made: Made) => Promise<CaseResult>;

/** What is explored. */
export interface Exploration {
  readonly callers: readonly (readonly Operation[])[];
  /** How often at most a caller is made to wait though it could go on. */
  readonly preemptionsMax: number;
  readonly run: RunChoosing;
}

/** What came of exploring. */
export interface Explored {
  /** How many schedules were run, to their end or to a state that was known. */
  readonly runs: number;
  /** How many states of the home and of the callers were seen. */
  readonly states: number;
  /** The schedule with the fewest preemptions for each way in which callers disturb each other. */
  readonly wrong: readonly WrongSchedule[];
}

/** A schedule under which callers disturb each other. */
export interface WrongSchedule {
  readonly schedule: Schedule;
  readonly preemptions: number;
  readonly result: CaseResult;
}

/** The beginning of a schedule that is to be tried, a caller a call. */
interface Beginning {
  readonly callers: readonly number[];
  readonly preemptions: number;
}

/**
 * Tries every schedule with a bounded number of preemptions, those with fewer first. A schedule is
 * not followed further once it comes to a state that another one came to with no more of them.
 *
 * @source Musuvathi and Qadeer 2007, Iterative Context Bounding for Systematic Testing
 * @internal
 */
export async function explore({ callers, preemptionsMax, run }: Exploration): Promise<Explored> {
  const seen = new Map<string, number>();
  const found = new Map<string, WrongSchedule>();
  const queues: Beginning[][] = Array.from({ length: preemptionsMax + 1 }, () => []);
  queues[0]?.push({ callers: [], preemptions: 0 });
  let runs = 0;
  for (const queue of queues) {
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      const walk = new Walk(next, callers.length, seen, (beginning) => {
        queues[beginning.preemptions]?.push(beginning);
      });
      runs += 1;
      const result = await run(walk.choose, walk.made);
      const { wrong } = result;
      const way = `${wrong?.how} ${wrong?.aspect}`;
      if (wrong === undefined || found.has(way)) continue;
      found.set(way, { schedule: walk.schedule, preemptions: next.preemptions, result });
    }
  }
  return { runs, states: seen.size, wrong: [...found.values()] };
}

/** One schedule: its beginning is given, the rest goes on without preemptions. */
class Walk {
  readonly #beginning: Beginning;
  readonly #seen: Map<string, number>;
  readonly #later: (beginning: Beginning) => void;
  readonly #trail: Trail;
  readonly #taken: number[] = [];

  constructor(
    beginning: Beginning,
    callers: number,
    seen: Map<string, number>,
    later: (beginning: Beginning) => void,
  ) {
    this.#beginning = beginning;
    this.#seen = seen;
    this.#later = later;
    this.#trail = new Trail(callers);
  }

  /** What was chosen, call by call, as parts. */
  get schedule(): Schedule {
    const parts: Part[] = [];
    for (const caller of this.#taken) {
      const [last, calls = 0] = parts.at(-1) ?? [];
      if (last === caller) parts[parts.length - 1] = [caller, calls + 1];
      else parts.push([caller, 1]);
    }
    return parts;
  }

  readonly made: Made = (call, outcome) => this.#trail.add(call, outcome);

  readonly choose: Choose = ({ ready, last, left }) => {
    const { callers, preemptions } = this.#beginning;
    const given = callers[this.#taken.length];
    if (given !== undefined) return this.#take(given);
    const canGoOn = ready.includes(last);
    const state = `${this.#trail.state} ${canGoOn ? last : '-'}`;
    const before = this.#seen.get(state) ?? Infinity;
    if (before <= preemptions) return undefined;
    this.#seen.set(state, preemptions);
    const chosen = canGoOn ? last : (ready[0] ?? 0);
    if (left === 1) return [chosen, Infinity];
    for (const other of ready) {
      if (other === chosen) continue;
      const cost = preemptions + (canGoOn ? 1 : 0);
      this.#later({ callers: [...this.#taken, other], preemptions: cost });
    }
    return this.#take(chosen);
  };

  #take(caller: number): readonly [number, number] {
    this.#taken.push(caller);
    return [caller, 1];
  }
}
