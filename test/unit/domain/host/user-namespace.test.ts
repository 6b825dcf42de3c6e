// Establishes which id maps are those of the initial user namespace.
import { describe, expect, it } from 'vitest';
import { isInUserNamespace } from '../../../../src/domain/host/user-namespace.js';

describe('isInUserNamespace', () => {
  it.each(['         0          0 4294967295\n', '0 0 4294967295', '\n0\t0\t4294967295\n\n'])(
    'finds the initial namespace in %j',
    (text) => {
      expect(isInUserNamespace(text)).toBe(false);
    },
  );

  it.each([
    '',
    '\n',
    '         0       1000          1\n',
    '0 0 4294967294\n',
    '0 1 4294967295\n',
    '1 0 4294967295\n',
    '0 0\n',
    '0 0 4294967295\n0 0 4294967295\n',
    '0 0 1\n1 1 4294967294\n',
    '0 100000 65536\n',
  ])('finds a namespace of its own in %j', (text) => {
    expect(isInUserNamespace(text)).toBe(true);
  });
});
