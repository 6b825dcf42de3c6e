/** Shows what the outcome of a probe is taken for. */
import { expect, test } from 'vitest';
import { AssertionError } from '../../../../src/domain/assert.js';
import { GraphDriverError, SyscallError } from '../../../../src/domain/errors.js';
import { ERRNO } from '../../../../src/domain/go/errno.js';
import { find } from '../../../../src/driver/doctor/finding.js';

const failing = (errno: number) => async (): Promise<boolean> => {
  throw new SyscallError({ errno, syscall: 'fsopen', path: 'overlay' });
};

test.each([
  [true, 'yes'],
  [false, 'no'],
] as const)('makes %j the answer %s', async (isSo, answer) => {
  expect(await find('x', 'asked', async () => isSo)).toEqual({
    name: 'x',
    answer,
    value: '',
    probe: 'asked',
  });
});

test('takes over an answer with what there is to say', async () => {
  const said = { answer: 'unknown', value: 'it is empty' } as const;

  expect(await find('x', 'asked', async () => said)).toEqual({
    name: 'x',
    ...said,
    probe: 'asked',
  });
});

test.each([
  [ERRNO.ENOSYS, undefined, 'no'],
  [ERRNO.EPERM, undefined, 'unknown'],
  [ERRNO.EACCES, undefined, 'unknown'],
  [ERRNO.EPERM, 'no', 'no'],
  [ERRNO.ENOSYS, 'unknown', 'unknown'],
] as const)(
  'answers a failure with errno %i, said to mean %s, by %s',
  async (errno, as, answer) => {
    const finding = await find('x', 'asked', failing(errno), as);

    expect(finding).toMatchObject({ answer, value: expect.stringMatching(/^fsopen overlay: /) });
  },
);

test('takes a refusal without a system call for no', async () => {
  const refuse = async (): Promise<boolean> => {
    throw new GraphDriverError('native-diff', 'consider update to kernel 4.8');
  };

  expect(await find('x', 'asked', refuse)).toMatchObject({ answer: 'no' });
});

test('lets a mistake of ours through', async () => {
  const mistaken = async (): Promise<boolean> => {
    throw new AssertionError('assertion failed: x');
  };

  await expect(find('x', 'asked', mistaken)).rejects.toThrow(AssertionError);
});
