/** Establishes the translation of open flags; Node's own constants are the witness. */
import { constants } from 'node:fs';
import { expect, test } from 'vitest';
import { hostOpenFlags } from '../../../../src/adapters/linux/open-flags.js';
import { OPEN } from '../../../../src/domain/host/open-flags.js';

const CLOSE_ON_EXEC = 0o2000000;

test.each([
  ['READ_ONLY', constants.O_RDONLY],
  ['WRITE_ONLY', constants.O_WRONLY],
  ['READ_WRITE', constants.O_RDWR],
  ['CREATE', constants.O_CREAT],
  ['EXCLUSIVE', constants.O_EXCL],
  ['TRUNCATE', constants.O_TRUNC],
  ['NO_FOLLOW', constants.O_NOFOLLOW],
  ['DIRECTORY', constants.O_DIRECTORY],
] as const)('translates %s and adds close-on-exec', (name, expected) => {
  expect(hostOpenFlags(OPEN[name])).toBe(expected | CLOSE_ON_EXEC);
});

test('translates all flags at once', () => {
  const { O_RDWR, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
  const flags = OPEN.READ_WRITE | OPEN.CREATE | OPEN.EXCLUSIVE | OPEN.NO_FOLLOW;

  expect(hostOpenFlags(flags)).toBe(O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | CLOSE_ON_EXEC);
});
