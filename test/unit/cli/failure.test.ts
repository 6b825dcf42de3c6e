/** Shows how each kind of failure is told: exit code, code and line. */
import { expect, test } from 'vitest';
import { EXIT, UsageError } from '../../../src/cli/exit-code.js';
import { decideFailure, oneLine } from '../../../src/cli/failure.js';
import { InterruptedError } from '../../../src/cli/interruption.js';
import { AssertionError } from '../../../src/domain/assert.js';
import { GraphDriverError, SyscallError } from '../../../src/domain/errors.js';
import { ERRNO } from '../../../src/domain/go/errno.js';
import { NotSupportedError } from '../../../src/domain/host/not-supported.js';
import { GoPanicError } from '../../../src/driver/go-panic.js';

const NO_SPACE = { errno: ERRNO.ENOSPC, syscall: 'write', path: '/h/a/diff/f' };

test('leaves a message alone that names call, path and errno', () => {
  const failure = decideFailure(new SyscallError(NO_SPACE));

  expect(failure).toMatchObject({
    exitCode: EXIT.FAILED,
    code: 'syscall',
    message: 'write /h/a/diff/f: no space left on device',
  });
});

test('adds call, path and errno to a bare errno text', () => {
  const failure = decideFailure(new SyscallError(NO_SPACE).bare());

  expect(failure.message).toBe('no space left on device (write /h/a/diff/f: ENOSPC)');
});

test('adds the call of the innermost cause where the outer text names no path', () => {
  const cause = new SyscallError(NO_SPACE).bare();
  const error = new GraphDriverError('archive', `Error: ${cause.message}`, { cause });

  const failure = decideFailure(error);

  expect(failure.message).toBe('Error: no space left on device (write /h/a/diff/f: ENOSPC)');
  expect(failure.code).toBe('archive');
  expect(failure.call?.errnoName).toBe('ENOSPC');
});

test('names both paths of a call that has two', () => {
  const call = { errno: ERRNO.EXDEV, syscall: 'rename', path: '/a', dest: '/b' };

  const failure = decideFailure(new SyscallError(call).bare());

  expect(failure.message).toBe('invalid cross-device link (rename /a /b: EXDEV)');
});

test('says that a held lock is another process', () => {
  const call = { errno: ERRNO.EAGAIN, syscall: 'flock', path: '/h' };

  const { message } = decideFailure(new SyscallError(call));

  expect(message).toBe(
    'flock /h: resource temporarily unavailable: another process uses this home',
  );
});

test.each([
  [new NotSupportedError('driver not supported'), EXIT.HOST_CANNOT],
  [new GraphDriverError('host', 'no koffi'), EXIT.HOST_CANNOT],
  [new GraphDriverError('max-depth', 'too deep'), EXIT.FAILED],
  [new UsageError('no'), EXIT.USAGE],
  [new GoPanicError('runtime error: x'), EXIT.FAILED],
  [new AssertionError('assertion failed: x'), EXIT.OUR_FAULT],
  [new TypeError('x is not a function'), EXIT.OUR_FAULT],
])('gives %o the exit code %i', (error, exitCode) => {
  const failure = decideFailure(error);

  expect(failure.exitCode).toBe(exitCode);
  expect(failure.stack !== undefined).toBe(exitCode === EXIT.OUR_FAULT);
});

test('says of a fault of ours that it is one and where to report it', () => {
  const { message } = decideFailure(new AssertionError('assertion failed: x'));

  expect(message).toMatch(/^assertion failed: x \(this is a fault of overlay2-ref.*report.*\)$/);
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('gives what %s ended the exit code %i, whatever was made of it', (signal, exitCode) => {
  const cause = new InterruptedError(signal);
  const wrapped = new GraphDriverError('archive', `Error: ${cause.message}`, { cause });

  expect(decideFailure(wrapped)).toMatchObject({ exitCode, message: `interrupted by ${signal}` });
});

test('does not follow a circle of causes for ever', () => {
  const error = new GraphDriverError('archive', 'round');
  error.cause = error;

  expect(decideFailure(error).message).toBe('round');
});

test('keeps a message in one line and away from the terminal', () => {
  const name = 'a\nb\u001b[2J"c"\\d\u202eé\u{1f600}';

  expect(oneLine(name)).toBe('a\\nb\\x1b[2J"c"\\d\\u202eé\u{1f600}');
});
