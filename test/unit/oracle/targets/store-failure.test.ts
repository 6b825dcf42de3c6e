/**
 * Establishes how what `containers-storage` 1.43 was seen to say of its failures is read: by error
 * class and by errno, whatever was logged before it and is told behind it.
 */
import { SyscallError } from '../../../../src/domain/errors.js';
import { expect, it } from 'vitest';
import { failureOfStore } from '../../../../src/oracle/targets/containers-storage/store-failure.js';

const HOME = '/s/graph/overlay';

it.each([
  ['that ID is already in use\n', 'id-in-use'],
  ['layer not known\n', 'unknown-layer'],
  ['layer not known while mounting b\n', 'unknown-layer'],
  ['layer not known while unmounting b\n', 'unknown-layer'],
  ['a: used by layer b: layer has children\n', 'has-children'],
  ['b: identifier is not a layer\n', 'unknown-layer'],
  ['max depth exceeded while mounting a129\n', 'max-depth'],
  ['file integrity checksum failed for "p/q/f"\n', 'integrity'],
  ['processing tar file(): duplicates of file paths not supported\n', 'archive'],
  ['something else\n', 'unknown'],
])('reads %j as %s', (said, code) => {
  expect(failureOfStore(said)).toMatchObject({ code });
});

it.each([
  [`stat ${HOME}/ab: no such file or directory while mounting ab\n`, 'syscall', 'ENOENT'],
  [
    `time="2026-11-24T20:31:45Z" level=error msg="Unmounting ${HOME}/c: invalid argument"\n` +
      `creating overlay mount to ${HOME}/c/merged, mount_data="lowerdir=x,": ` +
      'no such file or directory while mounting c\n',
    'syscall',
    'ENOENT',
  ],
  [`stat ${HOME}/a/diff/dd/x: not a directory\n`, 'syscall', 'ENOTDIR'],
  ['processing tar file(file exists): exit status 1\n', 'archive', 'EEXIST'],
  [
    'processing tar file(time="2026-11-24T21:13:55Z" level=warning msg="no \\"x\\""\n' +
      'no such file or directory): exit status 1\n',
    'archive',
    'ENOENT',
  ],
  ['processing tar file(open /f/e: not a directory): exit status 1\n', 'archive', 'ENOTDIR'],
])('reads %j as %s %s', (said, code, errnoName) => {
  const failure = failureOfStore(said);

  expect(failure.code).toBe(code);
  const cause = failure instanceof SyscallError ? failure : failure.cause;
  expect(cause).toMatchObject({ errnoName });
});
