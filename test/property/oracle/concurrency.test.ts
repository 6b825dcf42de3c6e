/**
 * Establishes that several callers of one driver in profile strict never disturb each other:
 * whatever they do and whoever goes on when, there is an order of their operations that explains
 * every answer, the home and the users of each layer.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fakeTargets } from '../../../src/cli/targets/fake-targets.js';
import { STRICT } from '../../../src/domain/profiles/strict.js';
import { formatHappenings } from '../../../src/oracle/concurrency/format-case.js';
import { generateCase } from '../../../src/oracle/concurrency/generate-case.js';
import { linearize, thatLookLike } from '../../../src/oracle/concurrency/linearize.js';
import type { Occurrence } from '../../../src/oracle/concurrency/concurrent-case.js';
import { observeHome } from '../../../src/oracle/commands/observe-home.js';
import { OperationRunner } from '../../../src/oracle/commands/run-operation.js';
import { SeededRandom } from '../../../src/oracle/generate/random.js';
import { runOnce } from '../../../src/oracle/judge/campaign.js';
import { runSequence } from '../../../src/oracle/judge/run-sequence.js';
import { LayerStoreModel } from '../../../src/oracle/model/model.js';
import { formatOperation } from '../../../src/oracle/report/format-operation.js';

const SURROUNDINGS = { homePadding: 0 };

/** Generated cases, each by the number that it is made from. */
const cases = fc
  .noShrink(fc.nat())
  .map((number) => generateCase(new SeededRandom(number), 'strict'));

describe('callers of a strict driver', () => {
  it('are answered as if they came one after the other', async () => {
    const targets = await fakeTargets({ profile: STRICT });
    try {
      await fc.assert(
        fc.asyncProperty(cases, async (one) => {
          const sequence = { surroundings: SURROUNDINGS, ...one };
          const { divergence } = await runOnce({ targets, judgeProfile: 'strict' }, sequence, {});

          expect(divergence, divergence?.interleaving?.join('\n')).toBeUndefined();
        }),
        { numRuns: 60 },
      );
    } finally {
      await targets.dispose();
    }
  });

  it('are so under the schedules of fast-check, too', async () => {
    const targets = await fakeTargets({ profile: STRICT });
    const world = targets.world;
    try {
      await fc.assert(
        fc.asyncProperty(fc.scheduler(), cases, async (scheduler, { operations, concurrency }) => {
          const target = await targets.make(SURROUNDINGS, false, true);
          const model = new LayerStoreModel('strict', { ...world, home: target.home });
          const judging = { model, profile: 'strict', world: { ...world, home: target.home } };
          await runSequence(target, { ...judging, profile: 'strict' }, operations);
          const runner = new OperationRunner(target);
          const history: Occurrence[] = [];
          let moment = 0;
          const work = async (caller: number): Promise<void> => {
            for (const operation of concurrency.callers[caller] ?? []) {
              await scheduler.schedule(Promise.resolve(), formatOperation(operation));
              const began = moment++;
              const answer = await runner.run(operation);
              history.push({ caller, operation, answer, began, ended: moment++ });
            }
          };
          target.turns?.watch(async (call, perform) => {
            await scheduler.schedule(Promise.resolve(), call.tell());
            return perform();
          });
          const all = concurrency.callers.map(async (_own, at) =>
            target.turns?.as(at, () => work(at)),
          );
          await scheduler.waitFor(Promise.all(all));
          target.turns?.watch(undefined);

          const ordered = linearize(model, history);
          const home = await observeHome(target.files, target.home);
          expect(thatLookLike(ordered, home).length).toBeGreaterThan(0);
          await targets.remove(target);
        }),
        { numRuns: 30 },
      );
    } finally {
      await targets.dispose();
    }
  });
});

describe('the list of what callers did', () => {
  it('has a column for each', () => {
    const happenings = [
      { caller: 0, what: 'begins', tell: () => 'get a' },
      { caller: 1, what: 'calls', tell: () => 'mkdir /home/b' },
      { caller: 0, what: 'answers', tell: () => 'succeeds' },
    ] as const;

    expect(formatHappenings(happenings, '/home')).toEqual([
      '[get a]    |',
      '           | mkdir ~/b',
      '= succeeds |',
    ]);
  });
});
