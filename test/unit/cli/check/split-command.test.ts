// Establishes how the command of a program: target is split into words.
import { expect, test } from 'vitest';
import { splitCommand } from '../../../../src/cli/targets/split-command.js';

test('splits a command at spaces, and keeps those in quotes', () => {
  expect(splitCommand(`a  b'c d'"e f" g`)).toEqual(['a', 'bc de f', 'g']);
});

test.each(['', '  ', `a 'b`])('refuses the command %j', (text) => {
  expect(() => splitCommand(text)).toThrow(/needs a command|without its end/);
});
