/** Establishes that locks by name exclude, queue and go, by callers that meet at chosen moments. */
import { expect, it } from 'vitest';
import { Locker } from '../../../src/driver/locker.js';

/** A promise that a test ends. */
function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open: () => open() };
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('runs work on one name one at a time, in the order of the calls', async () => {
  const locker = new Locker();
  const log: string[] = [];
  const first = gate();

  const calls = ['a', 'b', 'c'].map((who) =>
    locker.with(['x'], async () => {
      log.push(`${who} in`);
      if (who === 'a') await first.opened;
      log.push(`${who} out`);
    }),
  );
  await settle();
  expect(log).toEqual(['a in']);
  first.open();
  await Promise.all(calls);

  expect(log).toEqual(['a in', 'a out', 'b in', 'b out', 'c in', 'c out']);
});

it('lets different names run at once', async () => {
  const locker = new Locker();
  const held = gate();
  const first = locker.with(['x'], () => held.opened);

  expect(await locker.with(['y'], async () => 'free')).toBe('free');

  held.open();
  await first;
});

it('takes a name that is given twice once', async () => {
  expect(await new Locker().with(['x', 'x'], async () => 1)).toBe(1);
});

it('does not deadlock when two callers name the same in another order', async () => {
  const locker = new Locker();
  const order: number[] = [];
  await Promise.all([
    locker.with(['x', 'y'], async () => {
      await settle();
      order.push(1);
    }),
    locker.with(['y', 'x'], async () => void order.push(2)),
  ]);
  expect(order).toEqual([1, 2]);
});

it('releases when the work fails, and gives its failure', async () => {
  const locker = new Locker();
  await expect(
    locker.with(['x'], async () => {
      throw new Error('failed work');
    }),
  ).rejects.toThrow('failed work');
  expect(await locker.with(['x'], async () => 'free')).toBe('free');
});

it('lets one be alone once all who hold locks are done; who comes later waits', async () => {
  const locker = new Locker();
  const log: string[] = [];
  const [held, sole] = [gate(), gate()];
  const before = locker.with(['x'], () => held.opened.then(() => log.push('x out')));
  const alone = locker.withAll(async () => {
    log.push('alone');
    await sole.opened;
    log.push('alone out');
  });
  const after = locker.with(['y'], async () => log.push('y'));
  const next = locker.withAll(async () => log.push('next'));

  await settle();
  expect(log).toEqual([]);
  held.open();
  await settle();
  expect(log).toEqual(['x out', 'alone']);
  sole.open();
  await Promise.all([before, alone, after, next]);

  expect(log.slice(0, 3)).toEqual(['x out', 'alone', 'alone out']);
  expect(log.slice(3).sort()).toEqual(['next', 'y']);
});

it('is free again after work alone that failed', async () => {
  const locker = new Locker();
  const failing = locker.withAll(() => Promise.reject(new Error('no')));

  await expect(failing).rejects.toThrow('no');
  expect(await locker.with(['x'], async () => 'free')).toBe('free');
});
