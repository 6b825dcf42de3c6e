/** Establishes that a call that never ends is an answer once nothing is left that could end it. */
import { expect, test } from 'vitest';
import { OperationRunner } from '../../../../src/oracle/commands/run-operation.js';
import type { SequenceTarget } from '../../../../src/oracle/targets/sequence-target.js';

/** A target whose Put waits for ever, and which says so when it is told. */
function waitingTarget(stalled: Promise<void>): SequenceTarget {
  const driver = { put: () => new Promise(() => undefined), exists: async () => true };
  return { driver, stalled } as unknown as SequenceTarget;
}

test('a call that never ends is told as one', async () => {
  const runner = new OperationRunner(waitingTarget(Promise.resolve()));
  const answer = await runner.run({ op: 'put', id: 'a' });
  expect(answer).toEqual({ ok: false, code: 'stalled', message: 'the call never ends' });
});

test('a call that ends is told as what it gave', async () => {
  const runner = new OperationRunner(waitingTarget(new Promise(() => undefined)));
  const answer = await runner.run({ op: 'exists', id: 'a' });
  expect(answer).toEqual({ ok: true, value: { kind: 'flag', flag: true } });
});
