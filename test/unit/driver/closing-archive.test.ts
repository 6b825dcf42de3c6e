/** Establishes when an archive lets go of what it holds: once, at its end, failure or return. */
import { beforeEach, expect, it } from 'vitest';
import { ClosingArchive } from '../../../src/driver/closing-archive.js';

let closed: number;
const close = async (): Promise<void> => void (closed += 1);

beforeEach(() => {
  closed = 0;
});

async function* chunks(...values: readonly number[]): AsyncGenerator<Uint8Array, void, void> {
  for (const value of values) {
    if (value < 0) throw new Error('failed archive');
    yield Uint8Array.of(value);
  }
}

it('closes at the end, once', async () => {
  const archive = new ClosingArchive(chunks(1, 2), close);
  const seen: number[] = [];
  for await (const [byte = 0] of archive) {
    expect(closed).toBe(0);
    seen.push(byte);
  }
  expect([seen, closed]).toEqual([[1, 2], 1]);
  expect(await archive.next()).toEqual({ done: true, value: undefined });
  await archive.return();
  expect(closed).toBe(1);
});

it('closes when it is left, and when it is returned before its start', async () => {
  for await (const _ of new ClosingArchive(chunks(1, 2), close)) break;
  expect(closed).toBe(1);
  expect(await new ClosingArchive(chunks(1), close).return()).toEqual({
    done: true,
    value: undefined,
  });
  expect(closed).toBe(2);
});

it('closes when it fails, and tells that failure and not the one of closing', async () => {
  const archive = new ClosingArchive(chunks(-1), async () => {
    closed += 1;
    throw new Error('failed close');
  });
  await expect(archive.next()).rejects.toThrow('failed archive');
  expect(closed).toBe(1);
});

it('tells a failure to close at the end', async () => {
  const archive = new ClosingArchive(chunks(), async () => {
    throw new Error('failed close');
  });
  await expect(archive.next()).rejects.toThrow('failed close');
});
