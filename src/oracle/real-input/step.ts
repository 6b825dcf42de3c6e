/** What one step of a check did, in numbers. */
export interface StepReport {
  readonly name: string;
  readonly seconds: number;
  /** Counts by name: `layers`, `entries`, `bytes` … */
  readonly counts: Readonly<Record<string, number>>;
}

/** Hears how a check goes on. */
export interface Progress {
  /** A step begins or is under way; for a terminal. */
  working(text: string): void;
  /** A step is done. */
  done(report: StepReport): void;
}

/**
 * Runs steps one after the other, times them and keeps what they report.
 *
 * @internal
 */
export class StepRunner {
  readonly reports: StepReport[] = [];
  readonly #progress: Progress;
  readonly #now: () => number;

  constructor(progress: Progress, now: () => number) {
    this.#progress = progress;
    this.#now = now;
  }

  /** Runs one step; what it counted is reported, what it gives is passed on. */
  async step<T>(
    name: string,
    run: (count: (what: string, by: number) => void) => Promise<T>,
  ): Promise<T> {
    const counts: Record<string, number> = {};
    const start = this.#now();
    this.#progress.working(name);
    const result = await run((what, by) => {
      counts[what] = (counts[what] ?? 0) + by;
      this.#progress.working(`${name}: ${String(counts[what])} ${what}`);
    });
    const report = { name, seconds: (this.#now() - start) / 1000, counts };
    this.reports.push(report);
    this.#progress.done(report);
    return result;
  }
}
