// Establishes which storage options a layer takes, by the reference's examples in both profiles.
import { describe, expect, it } from 'vitest';
import { InvalidSizeError } from '../../../../src/domain/go/ram-bytes.js';
import { OptionError } from '../../../../src/domain/options/option-error.js';
import { parseStorageOptions } from '../../../../src/domain/options/storage-options.js';
import { MOBY_2019 } from '../../../../src/domain/profiles/moby-2019.js';
import { STRICT } from '../../../../src/domain/profiles/strict.js';

describe.each([MOBY_2019, STRICT])('parseStorageOptions in $name', (profile) => {
  it('gives no quota for no options', () => {
    expect(parseStorageOptions([], profile)).toStrictEqual({ quotaSizeBytes: 0n });
  });

  it.each(['size', 'SIZE', 'sİze'])('takes the key %s', (key) => {
    expect(parseStorageOptions([[key, '1G']], profile)).toStrictEqual({
      quotaSizeBytes: 1073741824n,
    });
  });

  it('takes the entries of a map', () => {
    expect(parseStorageOptions(new Map([['size', '7']]), profile).quotaSizeBytes).toBe(7n);
  });

  it.each([
    ['foo', 'Unknown option foo'],
    ['FOO', 'Unknown option foo'],
    ['', 'Unknown option '],
    [' size', 'Unknown option  size'],
  ])('refuses the key %j', (key, message) => {
    expect(() => parseStorageOptions([[key, '1']], profile)).toThrow(new OptionError(message));
  });

  it('does not trim values', () => {
    expect(() => parseStorageOptions([['size', ' 1G']], profile)).toThrow(
      new InvalidSizeError(' 1G'),
    );
  });
});

const TWO_SPELLINGS = [
  ['SIZE', '1G'],
  ['size', '0'],
] as const;

describe('two spellings of one key (Q-12)', () => {
  it('are both taken in moby-2019, the last one winning', () => {
    const forwards = parseStorageOptions(TWO_SPELLINGS, MOBY_2019);
    const backwards = parseStorageOptions(TWO_SPELLINGS.toReversed(), MOBY_2019);

    expect(forwards).toStrictEqual({ quotaSizeBytes: 0n });
    expect(backwards).toStrictEqual({ quotaSizeBytes: 1073741824n });
  });

  it('are refused in strict, also when the first one says 0', () => {
    const refusal = new OptionError('storage option size given more than once');

    expect(() => parseStorageOptions(TWO_SPELLINGS, STRICT)).toThrow(refusal);
    expect(() => parseStorageOptions(TWO_SPELLINGS.toReversed(), STRICT)).toThrow(refusal);
  });
});

describe('a layer size beyond 2^63 (Q-49)', () => {
  it('is 2^63 in moby-2019 and refused in strict', () => {
    expect(parseStorageOptions([['size', '8192p']], MOBY_2019).quotaSizeBytes).toBe(2n ** 63n);
    expect(() => parseStorageOptions([['size', '8192p']], STRICT)).toThrow(
      new InvalidSizeError('8192p'),
    );
  });
});
