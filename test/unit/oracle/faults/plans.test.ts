/** Establishes what is tried at each call: every errno, every end, every subset of losses. */
import { describe, expect, it } from 'vitest';
import { ERRNOS, SUBSETS_OF_MAX } from '../../../../src/oracle/faults/alphabet.js';
import { lossesAt, plansOf } from '../../../../src/oracle/faults/plans.js';

const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `/f${i}`);

describe('what goes wrong at the calls of an operation', () => {
  it('is every errno at each call, and the end at each and after the last', () => {
    const plans = plansOf(2);

    expect(plans).toHaveLength(2 * ERRNOS.length + 3);
    expect(plans.filter(({ at }) => at === 3)).toEqual([{ fault: 'crash', at: 3 }]);
  });

  it('is the end alone for an operation without calls', () => {
    expect(plansOf(0)).toEqual([{ fault: 'crash', at: 1 }]);
  });
});

describe('losses of power', () => {
  it('are one where nothing is pending', () => {
    const power = { lost: [], newFiles: 'emptied' };

    expect(lossesAt(4, [])).toEqual([{ fault: 'crash', at: 4, power }]);
  });

  it.each([1, 2, SUBSETS_OF_MAX])('are each subset of %i files, emptied and gone', (count) => {
    const losses = lossesAt(1, names(count));

    const told = new Set(losses.map((loss) => JSON.stringify(loss)));
    expect(told.size).toBe(losses.length);
    expect(losses).toHaveLength(2 * 2 ** count - 1);
  });

  it('leave renames their two ends alone', () => {
    expect(lossesAt(1, ['/a -> /b'])).toHaveLength(2);
  });

  it('are none, all, each alone, all but each and others beyond', () => {
    const count = SUBSETS_OF_MAX + 4;
    const lost = lossesAt(1, names(count)).map((plan) =>
      plan.fault === 'crash' && Array.isArray(plan.power?.lost) ? plan.power.lost : undefined,
    );

    const sizes = lost.map((one) => one?.length ?? -1);
    expect(sizes).toContain(0);
    expect(sizes).toContain(count);
    expect(sizes.filter((size) => size === 1).length).toBeGreaterThanOrEqual(2 * count);
    expect(sizes.filter((size) => size === count - 1).length).toBeGreaterThanOrEqual(2 * count);
    expect(lost.length).toBeLessThan(2 ** SUBSETS_OF_MAX);
    expect(lost.length).toBeGreaterThan(100);
  });
});
