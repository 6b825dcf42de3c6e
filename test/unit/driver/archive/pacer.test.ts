/** Establishes when long work gives others a turn, with a clock that the test moves. */
import { describe, expect, it } from 'vitest';
import { Pacer } from '../../../../src/driver/archive/pacer.js';
import type { Clock } from '../../../../src/ports/clock.js';
import { partOf } from '../../../helpers/part-of.js';

describe('a pacer', () => {
  it('asks for a rest once its turn is over, and for none right after', async () => {
    let nowMs = 0;
    let rests = 0;
    const clock = partOf<Clock>({
      monotonicMs: () => nowMs,
      sleep: async (milliseconds) => {
        expect(milliseconds).toBe(0);
        rests += 1;
      },
    });
    const pacer = new Pacer(clock);
    const steps = (): boolean[] => Array.from({ length: 8 }, () => pacer.isDue());

    expect(steps()).not.toContain(true);
    nowMs = 6.9;
    expect(steps()).not.toContain(true);
    nowMs = 7;
    expect(steps()).toContain(true);
    await pacer.rest();

    expect(rests).toBe(1);
    expect(steps()).not.toContain(true);
  });
});
