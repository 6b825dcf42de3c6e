/** Establishes what is taken from the environment; the rest of `Kernel` is the contract's. */
import { expect, test } from 'vitest';
import type { Host } from '../../../../src/adapters/linux/host.js';
import { LinuxKernel } from '../../../../src/adapters/linux/kernel.js';

test.each([
  [{}, '/tmp'],
  [{ TMPDIR: '' }, '/tmp'],
  [{ TMPDIR: '/var/tmp' }, '/var/tmp'],
])('with %o temporary directories go to %s', (environment, expected) => {
  // None of this asks the host.
  const kernel = new LinuxKernel({} as Host, environment);

  expect(kernel.tempDirectory()).toBe(expected);
});
