/**
 * Establishes by random callers that no name is ever held twice, that nobody waits for ever, and
 * that callers of the same names come in the order of their calls.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Locker } from '../../../src/driver/locker.js';

const NAMES = ['a', 'b', 'c', 'd'];
const call = fc.record({
  names: fc.subarray(NAMES, { minLength: 1 }).chain((names) =>
    fc.shuffledSubarray(names, {
      minLength: names.length,
    }),
  ),
  turns: fc.nat({ max: 4 }),
  fails: fc.boolean(),
});

it('never lets two callers into one name, and lets every caller in', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(call, { maxLength: 12 }), async (calls) => {
      const locker = new Locker();
      const inside = new Set<string>();
      const entered: number[] = [];

      const results = await Promise.allSettled(
        calls.map(({ names, turns, fails }, index) =>
          locker.with(names, async () => {
            for (const name of names) expect(inside.has(name)).toBe(false);
            for (const name of names) inside.add(name);
            entered.push(index);
            for (let turn = 0; turn < turns; turn++) await Promise.resolve();
            for (const name of names) inside.delete(name);
            if (fails) throw new Error('failed work');
          }),
        ),
      );
      for (const [index, result] of results.entries()) {
        expect(result.status).toBe(calls[index]?.fails === true ? 'rejected' : 'fulfilled');
      }

      expect(entered).toHaveLength(calls.length);
      for (const [later, { names }] of calls.entries()) {
        const same = (other: number): boolean =>
          [...(calls[other]?.names ?? [])].sort().join() === [...names].sort().join();
        const earlier = calls.findIndex((_, other) => other < later && same(other));
        if (earlier >= 0) expect(entered.indexOf(earlier)).toBeLessThan(entered.indexOf(later));
      }
    }),
  );
});
