/** Establishes what the command line of the matrix takes, and what it says of the rest. */
import { describe, expect, it } from 'vitest';
import { parseOptions, UsageError } from '../../../scripts/matrix/options.mjs';

const NAMES = ['5.10', '6.1'];

describe('the command line of the matrix', () => {
  it('runs every kernel on bare QEMU, one at a time, unasked', () => {
    expect(parseOptions([], NAMES)).toMatchObject({
      kernels: NAMES,
      runner: 'run-vm',
      jobs: 1,
      only: [],
      out: 'matrix',
    });
  });

  it('takes kernels by name, each once, and the host', () => {
    const words = ['--kernel', '6.1', '--kernel', 'host', '--kernel', '6.1', '--vagrant'];

    expect(parseOptions(words, NAMES)).toMatchObject({
      kernels: ['6.1', 'host'],
      runner: 'run-vagrant',
    });
  });

  it.each([
    [['--kernel', '4.19'], 'no kernel 4.19: there are 5.10, 6.1, host'],
    [['--jobs', '0'], '--jobs 0: not a number of 1 or more'],
    [['--timeout', 'soon'], '--timeout soon: not a number of 1 or more'],
    [['--nonsense'], "Unknown option '--nonsense'"],
    [['5.10'], "Unexpected argument '5.10'"],
  ])('refuses %j in one line', (words, message) => {
    const parse = (): unknown => parseOptions(words, NAMES);

    expect(parse).toThrow(UsageError);
    expect(parse).toThrow(message);
  });
});
