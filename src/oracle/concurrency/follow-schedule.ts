import type { Schedule } from './concurrent-case.js';
import type { Choose } from './turn-taking.js';

/**
 * Gives the choices of a schedule.
 *
 * @internal
 */
export function followSchedule(schedule: Schedule): Choose {
  let at = 0;
  return ({ ready, last }) => {
    for (;;) {
      const part = schedule[at];
      if (part === undefined) break;
      at += 1;
      const [caller, calls] = part;
      if (calls > 0 && ready.includes(caller)) return part;
    }
    return [ready.includes(last) ? last : (ready[0] ?? 0), Infinity];
  };
}
