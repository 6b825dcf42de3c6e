/** Establishes that a failed call is told in Go's words, and can be told as another one. */
import { expect, test } from 'vitest';
import {
  GraphDriverError,
  isErrno,
  isNotExist,
  messageOf,
  SyscallError,
} from '../../../src/domain/errors.js';

const ENOENT = 2;
const EIO = 5;

test('a call without a path is told by its errno alone', () => {
  const error = new SyscallError({ errno: EIO, syscall: 'sync' });
  expect(error.message).toBe('input/output error');
  expect(error).toMatchObject({ code: 'syscall', errnoName: 'EIO', name: 'SyscallError' });
  expect([error.path, error.dest]).toEqual([undefined, undefined]);
});

test('a call is told with its path, and with both where it has two', () => {
  const open = new SyscallError({ errno: ENOENT, syscall: 'open', path: '/a' });
  expect(open.message).toBe('open /a: no such file or directory');
  const link = new SyscallError({ errno: ENOENT, syscall: 'link', path: '/a', dest: '/b' });
  expect(link.message).toBe('link /a /b: no such file or directory');
});

test('a failure can be told bare, and as another call', () => {
  const error = new SyscallError({ errno: ENOENT, syscall: 'rename', path: '/a', dest: '/b' });
  const bare = error.bare();
  expect(bare.message).toBe('no such file or directory');
  expect(bare.strerror).toBe('no such file or directory');
  expect(bare).toMatchObject({ errno: ENOENT, syscall: 'rename', path: '/a', dest: '/b' });
  expect(error.as({ syscall: 'stat', path: '/c' }).message).toBe(
    'stat /c /b: no such file or directory',
  );
  const alone = new SyscallError({ errno: ENOENT, syscall: 'sync' }).as({ syscall: 'fsync' });
  expect(alone.message).toBe('no such file or directory');
  expect(alone).toMatchObject({ syscall: 'fsync', path: undefined, dest: undefined });
});

test('an errno is known by its names, and by them alone', () => {
  const error = new SyscallError({ errno: ENOENT, syscall: 'open', path: '/a' });
  expect(isErrno(error, 'EIO', 'ENOENT')).toBe(true);
  expect(isErrno(error, 'EIO')).toBe(false);
  expect(isErrno(new GraphDriverError('option', 'ENOENT'), 'ENOENT')).toBe(false);
  expect(isNotExist(error)).toBe(true);
  expect(isNotExist(new SyscallError({ errno: EIO, syscall: 'open' }))).toBe(false);
});

test('whatever was thrown has a message', () => {
  expect(messageOf(new GraphDriverError('option', 'a text'))).toBe('a text');
  expect(messageOf(7)).toBe('7');
});
