/** Establishes how results of calls become errors, with Go's words and texts. */
import { expect, test } from 'vitest';
import { check, failure } from '../../../../src/adapters/linux/check.js';
import { encodeUtf8 } from '../../../../src/domain/utf8.js';

test('gives a result of 0 or more back', () => {
  expect([check(0, 'open', '/p'), check(7, 'open', '/p')]).toEqual([0, 7]);
});

test('throws a negative errno with operation and path, given as text or bytes', () => {
  expect(() => check(-2, 'open', '/p')).toThrow(
    expect.objectContaining({ message: 'open /p: no such file or directory', errnoName: 'ENOENT' }),
  );
  expect(() => check(-18, 'link', encodeUtf8('ä'), encodeUtf8('b'))).toThrow(
    expect.objectContaining({
      message: 'link ä b: invalid cross-device link',
      path: 'ä',
      dest: 'b',
    }),
  );
});

test('the answers that callers ask for carry no stack, all others do, and the limit stays', () => {
  const limit = Error.stackTraceLimit;

  const ordinary = [2, 17, 21, 39, 61].map((errno) => failure(errno, 'stat', '/p'));
  const other = failure(13, 'stat', '/p');

  expect(ordinary.map(({ stack }) => stack)).toEqual(ordinary.map(() => undefined));
  expect(other.stack).toMatch(/\n\s+at /);
  expect(Error.stackTraceLimit).toBe(limit);
});
