// Establishes how kernel releases are read and ordered, by the reference's examples and recorded
// answers of moby.
import { describe, expect, it } from 'vitest';
import {
  compareKernelVersion,
  KernelVersionError,
  parseKernelVersion,
} from '../../../../src/domain/host/kernel-version.js';
import { answersOf, goAnswers } from '../../../helpers/go-answers.js';

describe('parseKernelVersion', () => {
  it.each([
    ['3.12.25-gentoo', 3, 12, 25, '-gentoo'],
    ['3.12-1-amd64', 3, 12, 0, '-1-amd64'],
    ['3.12', 3, 12, 0, ''],
    ['3.10.0-693.el7.x86_64', 3, 10, 0, '-693.el7.x86_64'],
    ['6.1.0-18-amd64', 6, 1, 0, '-18-amd64'],
    ['4.4.x', 4, 4, 0, '.x'],
    ['4.2 .3', 4, 2, 3, ''],
    ['4.2\u0085.3', 4, 2, 3, ''],
    ['4.2\r.3', 4, 2, 3, ''],
    ['4.2\n.3', 4, 2, 0, ''],
    ['4.2\r\n.3', 4, 2, 0, ''],
    ['4.2\u200b.3', 4, 2, 0, '\u200b.3'],
    [' 4.2', 4, 2, 0, ''],
    ['4. 2.3', 4, 2, 3, ''],
    ['4.2. 3', 4, 2, 0, '.'],
    ['4.2.3 -x', 4, 2, 3, ''],
    ['4.2 x y', 4, 2, 0, 'x'],
    ['4.2.3-x\ny', 4, 2, 3, '-x'],
    ['-4.2', -4, 2, 0, ''],
    ['+4.+2.+3', 4, 2, 3, ''],
    ['4.2.', 4, 2, 0, '.'],
    ['4.2.99999999999999999999', 4, 2, 0, '.99999999999999999999'],
    ['004.02.09', 4, 2, 9, ''],
  ])('reads %j', (release, kernel, major, minor, flavor) => {
    expect(parseKernelVersion(release)).toStrictEqual({ kernel, major, minor, flavor });
  });

  it.each([
    '',
    '4',
    '4.',
    'x',
    '4 .2',
    'x4.2',
    '\n4.2',
    '4.\n2',
    '4.x',
    '--4.2',
    '99999999999999999999.1',
    '4.99999999999999999999',
  ])('refuses %j', (release) => {
    expect(() => parseKernelVersion(release)).toThrow(new KernelVersionError(release));
  });

  it('answers recorded inputs as moby does', () => {
    const recorded = goAnswers('parseKernelVersion');

    expect(answersOf(recorded, parseKernelVersion)).toStrictEqual(recorded);
  });
});

describe('compareKernelVersion', () => {
  it.each([
    ['4.0.0', '4.0.0', 0],
    ['4.0.0-a', '4.0.0-b', 0],
    ['3.99.99', '4.0.0', -1],
    ['4.6.9', '4.7.0', -1],
    ['4.7.0', '4.7.1', -1],
    ['5.0.0', '4.9.9', 1],
    ['4.8.0', '4.7.9', 1],
    ['4.7.2', '4.7.1', 1],
    ['4.10', '4.9', 1],
  ])('compares %s with %s', (a, b, sign) => {
    const order = compareKernelVersion(parseKernelVersion(a), parseKernelVersion(b));

    expect(Math.sign(order)).toBe(sign);
  });
});

describe('KernelVersionError', () => {
  it("carries the release in moby's words", () => {
    expect(new KernelVersionError('x')).toMatchObject({
      message: "Can't parse kernel version x",
      code: 'kernel-version',
      name: 'KernelVersionError',
      release: 'x',
    });
  });
});
