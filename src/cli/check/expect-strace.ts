import { spawnSync } from 'node:child_process';
import { GraphDriverError } from '../../domain/errors.js';
import { UsageError } from '../exit-code.js';
import type { CheckOptions } from './check-options.js';

/**
 * Makes sure that `strace` is there where it is needed.
 *
 * @throws GraphDriverError of code `host` where it is not; UsageError where it is needed twice.
 * @internal
 */
export function expectStrace({ faults, mountdata }: CheckOptions): void {
  const needs = [
    ...(mountdata === 'strace' ? ['--mountdata strace'] : []),
    ...(faults === 'sampled' ? ['--faults sampled'] : []),
  ];
  const [first, second] = needs;
  if (first === undefined) return;
  if (second !== undefined) {
    throw new UsageError(`${first} and ${second}: a process has one tracer; leave one of them out`);
  }
  const { error } = spawnSync('strace', ['-V'], { stdio: 'ignore' });
  if (error === undefined) return;
  throw new GraphDriverError(
    'host',
    `${first} takes strace, which cannot be run: ${error.message}`,
  );
}
