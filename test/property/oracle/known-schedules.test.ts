/**
 * Establishes which schedules of two callers moby-2019 answers as no order of them does: every one
 * of the table is still so, and a sample of all pairs shows no other; in strict none is so.
 * `npm run concurrency` searches all of them.
 */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fakeTargets } from '../../../src/cli/targets/fake-targets.js';
import { findProfile } from '../../../src/domain/profiles/find-profile.js';
import { followSchedule } from '../../../src/oracle/concurrency/follow-schedule.js';
import {
  allPairs,
  causeOf,
  keyOf,
  type KnownSchedule,
  runAfter,
  searchPair,
  tellKnown,
  wayOf,
} from '../../../src/oracle/concurrency/search-pairs.js';
import { formatOperation } from '../../../src/oracle/report/format-operation.js';
import type { SequenceTargets } from '../../../src/oracle/targets/sequence-target.js';

const TABLE = new URL('../../concurrency/moby-2019.json', import.meta.url);
const known = JSON.parse(readFileSync(TABLE, 'utf8')) as readonly KnownSchedule[];
/** One preemption finds nearly everything; two take minutes. */
const PREEMPTIONS_MAX = 1;
const PAIRS = 25;

function told(pair: ReturnType<typeof allPairs>[number]): string {
  const { before, callers } = pair;
  return keyOf({
    before: before.map(formatOperation),
    callers: callers.flat().map(formatOperation),
    way: '',
  });
}

describe.each(['moby-2019', 'strict'] as const)('two callers of %s', (name) => {
  let targets: SequenceTargets;

  beforeAll(async () => {
    const profile = findProfile(name);
    if (profile === undefined) throw new Error(`no profile ${name}`);
    targets = await fakeTargets({ profile });
  });

  afterAll(() => targets.dispose());

  it('disturb each other as the table says', async () => {
    const search = { targets, profile: name };
    const pairs = new Map(allPairs(name).map((pair) => [told(pair), pair]));
    const found: string[] = [];
    for (const one of known) {
      const pair = pairs.get(keyOf({ ...one, way: '' }));
      // What strict does not promise is no pair of strict's.
      if (pair === undefined) continue;
      const choose = followSchedule(one.schedule);
      const result = await runAfter(search, pair.before, { callers: pair.callers, choose });
      if (wayOf(result) !== '') found.push(keyOf({ ...one, way: wayOf(result) }));
      expect(one.cause).toBe(causeOf(pair.callers.flat()));
    }

    expect(found).toEqual(name === 'strict' ? [] : known.map(keyOf));
  });

  it('disturb each other in no other way', async () => {
    const keys = new Set(name === 'strict' ? [] : known.map(keyOf));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...allPairs(name)), async (pair) => {
        const search = { targets, profile: name, preemptionsMax: PREEMPTIONS_MAX };
        const { wrong } = await searchPair(search, pair);
        const others = wrong
          .map((one) => tellKnown(pair, one))
          .filter((one) => !keys.has(keyOf(one)));

        expect(others).toEqual([]);
      }),
      { numRuns: PAIRS },
    );
  });
});
