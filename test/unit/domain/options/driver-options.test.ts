// Establishes which driver options are taken and how others are refused, by the reference's
// examples.
import { describe, expect, it } from 'vitest';
import { InvalidSizeError } from '../../../../src/domain/go/ram-bytes.js';
import { GoNumError } from '../../../../src/domain/go/strconv.js';
import { parseDriverOptions } from '../../../../src/domain/options/driver-options.js';
import { OptionError } from '../../../../src/domain/options/option-error.js';
import { MOBY_2019 } from '../../../../src/domain/profiles/moby-2019.js';
import { STRICT } from '../../../../src/domain/profiles/strict.js';

describe.each([MOBY_2019, STRICT])('parseDriverOptions in $name', (profile) => {
  const parse = (...options: string[]) => parseDriverOptions(options, profile);

  it('gives defaults for no options', () => {
    expect(parse()).toStrictEqual({ overrideKernelCheck: false, quotaSizeBytes: 0n });
  });

  it.each([
    ['overlay2.override_kernel_check=true', { overrideKernelCheck: true, quotaSizeBytes: 0n }],
    ['overlay2.override_kernel_check=0', { overrideKernelCheck: false, quotaSizeBytes: 0n }],
    ['overlay2.size=10G', { overrideKernelCheck: false, quotaSizeBytes: 10737418240n }],
    ['OVERLAY2.SIZE = 0 ', { overrideKernelCheck: false, quotaSizeBytes: 0n }],
    [' Overlay2.Size\t=\t1.5k\n', { overrideKernelCheck: false, quotaSizeBytes: 1536n }],
    ['overlay2.override_\u212aernel_check=T', { overrideKernelCheck: true, quotaSizeBytes: 0n }],
  ])('takes %j', (option, options) => {
    expect(parse(option)).toStrictEqual(options);
  });

  it('takes both options, the later of two equal keys winning', () => {
    const options = parse(
      'overlay2.size=1',
      'overlay2.override_kernel_check=1',
      'overlay2.SIZE=2',
      'overlay2.override_kernel_check=f',
    );

    expect(options).toStrictEqual({ overrideKernelCheck: false, quotaSizeBytes: 2n });
  });

  it.each([
    ['overlay2.size=', ''],
    ['overlay2.size=0=1', '0=1'],
    ['overlay2.size=-1', '-1'],
  ])('refuses %j as a size', (option, size) => {
    expect(() => parse(option)).toThrow(new InvalidSizeError(size));
  });

  it('refuses a boolean that is none', () => {
    expect(() => parse('overlay2.override_kernel_check=maybe')).toThrow(
      new GoNumError('ParseBool', 'maybe', 'invalid syntax'),
    );
  });

  it.each([
    ['=', 'overlay2: unknown option '],
    ['dm.fs=xfs', 'overlay2: unknown option dm.fs'],
    ['DM.FS=xfs', 'overlay2: unknown option dm.fs'],
    ['overlay2.mountopt=nodev', 'overlay2: unknown option overlay2.mountopt'],
    ['size=1', 'overlay2: unknown option size'],
    ['nokey', 'Unable to parse key/value option: nokey'],
  ])('refuses %j', (option, message) => {
    expect(() => parse(option)).toThrow(new OptionError(message));
  });

  it('fails at the first bad option', () => {
    expect(() => parse('overlay2.size=1', 'a=1', 'b')).toThrow(
      new OptionError('overlay2: unknown option a'),
    );
  });
});

describe('a driver size beyond 2^63 (Q-49)', () => {
  it('becomes 2^63 in moby-2019', () => {
    expect(parseDriverOptions(['overlay2.size=8192p'], MOBY_2019).quotaSizeBytes).toBe(2n ** 63n);
  });

  it('is refused in strict', () => {
    expect(() => parseDriverOptions(['overlay2.size=8192p'], STRICT)).toThrow(
      new InvalidSizeError('8192p'),
    );
  });
});
