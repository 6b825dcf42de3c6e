import { basename, dirname, join } from 'node:path';
import { describeMend, type Mend, type Store, type StoreReport } from '../../composition.js';
import { GraphDriverError } from '../../domain/errors.js';
import { type FsckFinding, findingsOf } from './finding.js';
import { type Journal, readJournal } from './journal.js';

/**
 * A mend that a finding asks for, and why it is not done, if it is not.
 *
 * @internal
 */
export interface PlannedMend {
  readonly finding: FsckFinding;
  readonly mend: Mend;
  /** Absent for what will be done. */
  readonly refusal?: string;
}

/**
 * How a mend ended.
 *
 * @internal
 */
export interface MendOutcome {
  readonly rule: string;
  readonly path: string;
  readonly text: string;
  readonly done: boolean;
  /** Why it was not. */
  readonly why?: string;
}

/**
 * Decides which mends are done: of two at one place the first, and none that is risky while a
 * layer of the home is mounted.
 *
 * @internal
 */
export function planMends(report: StoreReport): readonly PlannedMend[] {
  const taken = new Set<string>();
  const planned: PlannedMend[] = [];
  for (const finding of findingsOf(report)) {
    const { mend, risk } = finding;
    if (mend === undefined || taken.has(mend.path)) continue;
    taken.add(mend.path);
    const isRefused = risk !== undefined && report.mounted.length > 0;
    const refusal = isRefused ? { refusal: `${risk}, and layers are mounted` } : {};
    planned.push({ finding, mend, ...refusal });
  }
  return planned.sort((a, b) => orderOf(a.mend) - orderOf(b.mend));
}

/** A directory has to be there before what is made in it. */
function orderOf({ kind }: Mend): number {
  return kind === 'make-directory' ? 0 : 1;
}

/**
 * Gives the directory, beside a home, that leftovers are moved to.
 *
 * @internal
 */
export function asideDirectoryOf(home: string, now: Date): string {
  const stamp = now.toISOString().replaceAll(/[-:]|\.\d+/g, '');
  return join(dirname(home), `${basename(home)}.set-aside-${stamp}`);
}

/**
 * Does the mends of a plan, one after the other, and keeps a journal of them. One that fails
 * changes nothing, and the others are done still.
 *
 * @internal
 */
export async function doMends(
  store: Store,
  plan: readonly PlannedMend[],
  journal: Journal,
  asideDirectory: string,
): Promise<readonly MendOutcome[]> {
  const outcomes: MendOutcome[] = [];
  for (const [n, { finding, mend, refusal }] of plan.entries()) {
    const outcome = { rule: finding.rule, path: mend.path, text: describeMend(mend) };
    if (refusal !== undefined) {
      outcomes.push({ ...outcome, done: false, why: refusal });
      continue;
    }
    journal.begin(n, finding.rule, mend);
    try {
      await store.mend(mend, asideDirectory);
      journal.end(n);
      outcomes.push({ ...outcome, done: true });
    } catch (error) {
      if (!(error instanceof GraphDriverError)) throw error;
      journal.fail(n, error.message);
      outcomes.push({ ...outcome, done: false, why: error.message });
    }
  }
  return outcomes;
}

/**
 * Takes back what a journal says was done, the last first. What somebody changed since is left.
 *
 * @internal
 */
export async function undoMends(store: Store, path: string): Promise<readonly MendOutcome[]> {
  const { head, mends } = readJournal(path);
  const outcomes: MendOutcome[] = [];
  for (const { rule, mend, isDone } of [...mends].reverse()) {
    const outcome = { rule, path: mend.path, text: `take back: ${describeMend(mend)}` };
    try {
      await store.undo(mend, head.asideDirectory);
      outcomes.push({ ...outcome, done: true });
    } catch (error) {
      if (!(error instanceof GraphDriverError)) throw error;
      // It was begun and may not have been done, so that nothing need be there to take back.
      if (isDone) outcomes.push({ ...outcome, done: false, why: error.message });
    }
  }
  return outcomes;
}
