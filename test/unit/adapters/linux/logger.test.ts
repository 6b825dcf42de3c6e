/** Establishes what a log line looks like and which are dropped. */
import { expect, test } from 'vitest';
import { StderrLogger } from '../../../../src/adapters/linux/logger.js';

const LEVELS = ['debug', 'info', 'warning', 'error'] as const;

test.each([
  ['debug', 4],
  ['info', 3],
  ['warning', 2],
  ['error', 1],
] as const)('at %s writes the %i levels from there up', (level, count) => {
  const lines: string[] = [];
  const logger = new StderrLogger(level, (line) => lines.push(line));

  for (const each of LEVELS) logger.log(each, 'text');

  expect(lines).toEqual(LEVELS.slice(-count).map((each) => `${each}: text\n`));
});

test('keeps a message on one line and away from the terminal', () => {
  const lines: string[] = [];

  new StderrLogger('info', (line) => lines.push(line)).log('error', 'a\nb\u001b[31m\u007fé');

  expect(lines).toEqual(['error: a\\x0ab\\x1b[31m\\x7fé\n']);
});
