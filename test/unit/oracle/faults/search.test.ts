/**
 * Establishes that a search covers what it says, goes on where it was ended, and gives the same
 * then; on sequences of one operation.
 */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { fakeTargets } from '../../../../src/cli/targets/fake-targets.js';
import { STRICT } from '../../../../src/domain/profiles/strict.js';
import { STARTS } from '../../../../src/oracle/faults/alphabet.js';
import { runsLeft, search } from '../../../../src/oracle/faults/search.js';
import {
  beginSearch,
  readSearch,
  type SearchState,
  writeSearch,
} from '../../../../src/oracle/faults/search-state.js';
import type { SequenceTargets } from '../../../../src/oracle/targets/sequence-target.js';

vi.setConfig({ testTimeout: 60_000 });

let targets: SequenceTargets;

beforeAll(async () => {
  targets = await fakeTargets({ profile: STRICT });
});

afterAll(() => targets.dispose());

const SHARD = { index: 3, of: 20 };

/** Asked so often, it says that it is over. */
function overAfter(asked: number): () => boolean {
  let left = asked;
  return () => left-- <= 0;
}

function withoutTime({ seconds: _seconds, ...rest }: SearchState): object {
  return rest;
}

describe('a search', () => {
  it('covers its part of the space, and finds nothing in strict', async () => {
    const state = beginSearch('strict', 1, SHARD);

    expect(await search(targets, state, { isOver: () => false })).toBe(true);

    expect(state.paths).toHaveLength(STARTS.length);
    expect(state.done).toBe(state.pairs.length);
    expect(state.visited).toBeGreaterThan(50);
    expect(runsLeft(state)).toBe(0);
    expect([...state.violations.keys()]).toEqual([]);
  });

  it('goes on from a file where it was ended, and comes to the same', async () => {
    const whole = beginSearch('strict', 1, SHARD);
    await search(targets, whole, { isOver: () => false });

    let state = beginSearch('strict', 1, SHARD);
    let parts = 0;
    for (let asked = 1; !(await search(targets, state, { isOver: overAfter(asked) })); asked *= 4) {
      expect(runsLeft(state)).toBeGreaterThanOrEqual(0);
      state = readSearch(writeSearch(state));
      parts += 1;
    }

    expect(parts).toBeGreaterThan(2);
    expect(withoutTime(state)).toEqual(withoutTime(whole));
  });

  it.each(['', '{}', '{"version":0,"pairs":[]}'])('does not go on from %j', (text) => {
    expect(() => readSearch(text)).toThrow(/not a search/);
  });
});
