/** Establishes how times lie in memory: two pairs of 64-bit numbers, little-endian. */
import { expect, test } from 'vitest';
import { TimesBuffer } from '../../../../src/adapters/linux/times-buffer.js';

test('holds seconds and nanoseconds of both times', () => {
  const times = new TimesBuffer();

  times.set({ seconds: -1n, nanoseconds: 999_999_999 }, { seconds: 2n ** 40n, nanoseconds: 3 });

  const words = new BigInt64Array(times.bytes.buffer);
  expect([...words]).toEqual([-1n, 999_999_999n, 2n ** 40n, 3n]);
  expect(times.first).toEqual({ seconds: -1n, nanoseconds: 999_999_999 });
});
