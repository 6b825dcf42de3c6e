/** Establishes the order in which steps are taken back, and what becomes of those that fail. */
import { expect, it } from 'vitest';
import { Undo } from '../../../src/driver/undo.js';
import { failure } from '../../helpers/part-of.js';

it('takes back the newest first', async () => {
  const undo = new Undo();
  const log: string[] = [];
  for (const step of ['a', 'b', 'c']) undo.add(async () => void log.push(step));
  await undo.run();
  expect(log).toEqual(['c', 'b', 'a']);
});

it('goes on after a failed call', async () => {
  const undo = new Undo();
  const log: string[] = [];
  undo.add(async () => void log.push('first'));
  undo.add(async () => {
    throw failure('EIO');
  });
  await undo.run();
  expect(log).toEqual(['first']);
});

it('does not hide a mistake', async () => {
  const undo = new Undo();
  undo.add(async () => {
    throw new TypeError('a mistake');
  });
  await expect(undo.run()).rejects.toThrow('a mistake');
});

it('has nothing to do when nothing was done', async () => {
  await expect(new Undo().run()).resolves.toBeUndefined();
});
