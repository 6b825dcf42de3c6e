// Establishes the texts for a file system without entry types, by the reference's wording.
import { describe, expect, it } from 'vitest';
import {
  DTypeNotSupportedError,
  dTypeNotSupportedText,
} from '../../../../src/domain/host/d-type.js';
import { NotSupportedError } from '../../../../src/domain/host/not-supported.js';

describe('dTypeNotSupportedText', () => {
  it.each([
    [
      'xfs',
      'overlay2: the backing xfs filesystem is formatted without d_type support, which leads to ' +
        'incorrect behavior. Reformat the filesystem with ftype=1 to enable d_type support. ' +
        'Backing filesystems without d_type support are not supported.',
    ],
    [
      'extfs',
      'overlay2: the backing extfs filesystem is formatted without d_type support, which leads ' +
        'to incorrect behavior. Reformat the filesystem (or use tune2fs) with -O filetype flag ' +
        'to enable d_type support. Backing filesystems without d_type support are not supported.',
    ],
    [
      '<unknown>',
      'overlay2: the backing <unknown> filesystem is formatted without d_type support, which ' +
        'leads to incorrect behavior. Backing filesystems without d_type support are not ' +
        'supported.',
    ],
  ])('tells what to do on %s', (backingFs, text) => {
    expect(dTypeNotSupportedText('overlay2', backingFs)).toBe(text);
  });
});

describe('DTypeNotSupportedError', () => {
  it('is a not-supported error that carries its text and facts', () => {
    const error = new DTypeNotSupportedError('overlay', 'xfs');

    expect(error).toBeInstanceOf(NotSupportedError);
    expect(error).toMatchObject({
      message: dTypeNotSupportedText('overlay', 'xfs'),
      code: 'not-supported',
      name: 'DTypeNotSupportedError',
      driver: 'overlay',
      backingFs: 'xfs',
    });
    expect(error.message).toMatch(/^overlay: /);
  });
});
