import type { ProfileName } from '../../domain/profiles/profile.js';
import type { Operation } from '../commands/operation.js';
import type { Sequence } from '../commands/sequence.js';
import { SeededRandom } from '../generate/random.js';
import type { Concurrency, Part } from './concurrent-case.js';
import { keepsApart } from './keeps-apart.js';

/** What comes before, by one caller, and what several do then. */
export interface GeneratedCase {
  readonly operations: readonly Operation[];
  readonly concurrency: Concurrency;
}

/** How many of a hundred sequences are such cases; one takes the time of a few others. */
const SEQUENCES_PERCENT = 10;
/** Chooses other numbers than those that sequences are made from. */
const STREAM = 0x0c00_0000_0000;

const STRICT_IDS: readonly string[] = ['a', 'ab', 'b'];
/** QUIRK: Q-22: removing a layer unmounts, unlocked, those whose ids begin with its id. */
const SEED_IDS: readonly string[] = ['a', 'b', 'c'];
/** How many of a hundred cases are about one layer. */
const ONE_LAYER_PERCENT = 50;
/** Who uses it already. */
const USERS_MAX = 2;
const BEFORE_MAX = 6;
const OPERATIONS_MAX = 3;
const PARTS_MAX = 8;
const CALLS_MAX = 24;

/**
 * Makes up a case: a few layers, then 2 to 4 callers with 1 to 3 operations each. What a profile
 * does not keep apart is not asked of it: moby-2019 locks in Get, Put and Remove alone.
 *
 * @internal
 */
export function generateCase(random: SeededRandom, profile: ProfileName): GeneratedCase {
  if (random.percent(ONE_LAYER_PERCENT)) return generateOneLayer(random, profile);
  const operations: Operation[] = [];
  const there: string[] = [];
  const ids = profile === 'strict' ? STRICT_IDS : SEED_IDS;
  for (let left = random.below(BEFORE_MAX + 1); left > 0; left--) {
    const id = random.pick(ids);
    if (!there.includes(id)) {
      const parent = there.length > 0 && random.percent(75) ? random.pick(there) : '';
      operations.push({ op: 'create', id, parent, readWrite: random.percent(50) });
      there.push(id);
    } else {
      const isGet = random.percent(70);
      operations.push(
        isGet ? { op: 'get', id } : { op: 'apply', id, parent: '', archive: ARCHIVE },
      );
    }
  }
  const count = random.weighted([
    [6, 2],
    [3, 3],
    [1, 4],
  ]);
  const one = profile === 'strict' ? oneOperation : oneLocked;
  const make = (): Operation[][] =>
    Array.from({ length: count }, () =>
      Array.from({ length: random.between(1, OPERATIONS_MAX) }, () => one(random, ids)),
    );
  let callers = make();
  while (!keepsApart(callers)) callers = make();
  return { operations, concurrency: { callers, schedule: generateSchedule(random, count) } };
}

/** Makes up a case in which everybody wants the same layer, mounted or not when they begin. */
function generateOneLayer(random: SeededRandom, profile: ProfileName): GeneratedCase {
  const id = 'b';
  const operations: Operation[] = [
    { op: 'create', id: 'a', parent: '', readWrite: false },
    { op: 'create', id, parent: 'a', readWrite: random.percent(50) },
  ];
  for (let users = random.below(USERS_MAX + 1); users > 0; users--) {
    operations.push({ op: 'get', id });
  }
  // Of moby-2019 nothing is asked that takes no lock.
  const isStrict = profile === 'strict';
  const one = (): Operation =>
    random.weighted<Operation>([
      [7, { op: 'get', id }],
      [6, { op: 'put', id }],
      [2, { op: 'remove', id }],
      [
        isStrict ? 3 : 0,
        { op: 'create', id: random.pick(['b', 'c']), parent: 'a', readWrite: false },
      ],
      [isStrict ? 1 : 0, { op: 'create', id: 'c', parent: id, readWrite: false }],
    ]);
  const count = random.percent(80) ? 2 : 3;
  const callers = Array.from({ length: count }, () =>
    Array.from({ length: random.between(1, OPERATIONS_MAX) }, one),
  );
  return { operations, concurrency: { callers, schedule: generateSchedule(random, count) } };
}

/**
 * Gives the case that takes the place of one of a seed's sequences; nothing for most of them.
 *
 * @internal
 */
export function caseInstead(
  profile: ProfileName,
  seed: number,
  index: number,
): Sequence | undefined {
  const random = new SeededRandom(seed + STREAM, index);
  if (!random.percent(SEQUENCES_PERCENT)) return undefined;
  return { surroundings: { homePadding: 0 }, ...generateCase(random, profile) };
}

/** Makes up who goes on when; small numbers of calls and large ones are about as likely. */
function generateSchedule(random: SeededRandom, callers: number): readonly Part[] {
  return Array.from({ length: random.between(1, PARTS_MAX) }, () => {
    const calls = 1 + random.below(random.pick([2, 6, CALLS_MAX]));
    return [random.below(callers), calls] as const;
  });
}

const ARCHIVE = [{ name: 'f', type: 'file', mode: 0o644, content: 'x' }] as const;

function oneLocked(random: SeededRandom, ids: readonly string[]): Operation {
  const id = random.pick(ids);
  return random.weighted<Operation>([
    [4, { op: 'get', id }],
    [3, { op: 'put', id }],
    [2, { op: 'remove', id }],
  ]);
}

function oneOperation(random: SeededRandom, ids: readonly string[]): Operation {
  const id = random.pick(ids);
  const parent = random.percent(50) ? random.pick(ids) : '';
  return random.weighted<Operation>([
    [7, { op: 'create', id, parent, readWrite: random.percent(50) }],
    [6, { op: 'remove', id }],
    [7, { op: 'get', id }],
    [6, { op: 'put', id }],
    [2, { op: 'exists', id }],
    [2, { op: 'metadata', id }],
    [2, { op: 'apply', id, parent, archive: random.percent(70) ? ARCHIVE : [] }],
    [1, { op: 'diff', id, parent }],
    [1, { op: 'diffSize', id, parent }],
    [1, { op: 'changes', id, parent }],
    [1, { op: 'cleanup' }],
  ]);
}
