import type { ProfileName } from '../../domain/profiles/profile.js';
import type { Operation } from '../commands/operation.js';
import { runSequence } from '../judge/run-sequence.js';
import { LayerStoreModel } from '../model/model.js';
import type { SequenceTargets } from '../targets/sequence-target.js';
import { formatOperation } from '../report/format-operation.js';
import type { Schedule } from './concurrent-case.js';
import { explore, type Explored, type WrongSchedule } from './explore.js';
import { keepsApart } from './keeps-apart.js';
import { type CaseResult, runCase, type CaseToRun } from './run-case.js';

/** Two callers with one operation each, after some operations of one caller. */
export interface Pair {
  readonly before: readonly Operation[];
  readonly callers: readonly [readonly [Operation], readonly [Operation]];
}

const BASE: Operation = { op: 'create', id: 'a', parent: '', readWrite: false };
const CHILD: Operation = { op: 'create', id: 'ab', parent: 'a', readWrite: false };
const FILE = [{ name: 'f', type: 'file', mode: 0o644, content: 'x' }] as const;

/** What the two callers find: nothing, a base, a child on it, and a child that is in use. */
const BEFORE: readonly (readonly Operation[])[] = [
  [],
  [BASE],
  [BASE, CHILD],
  [BASE, CHILD, { op: 'get', id: 'ab' }],
];

/** What each of the two does. */
const OPERATIONS: readonly Operation[] = [
  BASE,
  CHILD,
  { op: 'create', id: 'ab', parent: '', readWrite: false },
  { op: 'remove', id: 'a' },
  { op: 'remove', id: 'ab' },
  { op: 'get', id: 'a' },
  { op: 'get', id: 'ab' },
  { op: 'put', id: 'a' },
  { op: 'put', id: 'ab' },
  { op: 'exists', id: 'a' },
  { op: 'exists', id: 'ab' },
  { op: 'metadata', id: 'ab' },
  { op: 'apply', id: 'ab', parent: 'a', archive: FILE },
  { op: 'diff', id: 'ab', parent: 'a' },
  { op: 'diffSize', id: 'ab', parent: 'a' },
  { op: 'changes', id: 'ab', parent: 'a' },
  { op: 'cleanup' },
];

/** Gives every pair of the operations after everything that may come before. */
export function allPairs(profile: ProfileName): readonly Pair[] {
  const all = BEFORE.flatMap((before) =>
    OPERATIONS.flatMap((one, at) =>
      OPERATIONS.slice(at).map((other): Pair => ({ before, callers: [[one], [other]] })),
    ),
  );
  return profile === 'strict' ? all.filter(({ callers }) => keepsApart(callers)) : all;
}

/** What two callers did in a way that no order of them explains. */
export interface KnownSchedule {
  readonly before: readonly string[];
  readonly callers: readonly string[];
  /** In what it is wrong: `answers`, `home links extra` and the like. */
  readonly way: string;
  /** The lock that is not taken. */
  readonly cause: Cause;
  readonly preemptions: number;
  readonly schedule: Schedule;
}

/** Who takes no lock in moby-2019 though others may disturb it. */
export type Cause = 'create' | 'apply' | 'diff' | 'metadata';

/**
 * Names the lock that is missing where two operations disturb each other, by the one of them that
 * changes most.
 *
 * @internal
 */
export function causeOf(operations: readonly Operation[]): Cause {
  const names = operations.map(({ op }) => op);
  if (names.includes('create')) return 'create';
  if (names.includes('apply')) return 'apply';
  return names.includes('metadata') ? 'metadata' : 'diff';
}

/** Tells a pair, and what is wrong with it, as the table of known schedules does. */
export function tellKnown(
  { before, callers }: Pair,
  { schedule, preemptions, result }: WrongSchedule,
): KnownSchedule {
  return {
    before: before.map(formatOperation),
    callers: callers.flat().map(formatOperation),
    way: wayOf(result),
    cause: causeOf(callers.flat()),
    preemptions,
    schedule,
  };
}

/** Says in what way a case is wrong; `''` where it is right. */
export function wayOf({ wrong }: CaseResult): string {
  return wrong === undefined ? '' : `${wrong.how} ${wrong.aspect ?? ''}`.trimEnd();
}

/** What tells one known schedule from another. */
type KnownKey = Pick<KnownSchedule, 'before' | 'callers' | 'way'>;

/** Names a pair and a way, so that two searches can be compared. */
export function keyOf({ before, callers, way }: KnownKey): string {
  return `${before.join('; ')} | ${callers.join(' beside ')} | ${way}`;
}

/** What pairs run on and are judged by. */
export interface PairSearch {
  readonly targets: SequenceTargets;
  readonly profile: ProfileName;
  readonly preemptionsMax: number;
}

/**
 * Tries all schedules of a pair with a bounded number of preemptions.
 *
 * @throws what is no failure of an operation; an Error where what comes before diverges already.
 * @internal
 */
export function searchPair(search: PairSearch, { before, callers }: Pair): Promise<Explored> {
  return explore({
    callers,
    preemptionsMax: search.preemptionsMax,
    run: (choose, made) => runAfter(search, before, { callers, choose, made }),
  });
}

/** Runs one case on a target of its own. */
export async function runAfter(
  { targets, profile }: Pick<PairSearch, 'targets' | 'profile'>,
  before: readonly Operation[],
  toRun: CaseToRun,
): Promise<CaseResult> {
  const target = await targets.make({ homePadding: 0 }, false, true);
  try {
    const world = { ...targets.world, home: target.home };
    const model = new LayerStoreModel(profile, world);
    const { divergence } = await runSequence(target, { model, profile, world }, before);
    if (divergence !== undefined) throw new Error(`diverges before: ${divergence.signature}`);
    return await runCase(target, model, toRun);
  } finally {
    await targets.remove(target);
  }
}
