// Establishes how the value of a size option is read in both profiles.
import { describe, expect, it } from 'vitest';
import { InvalidSizeError } from '../../../../src/domain/go/ram-bytes.js';
import { parseQuotaSize } from '../../../../src/domain/options/quota-size.js';
import { MOBY_2019 } from '../../../../src/domain/profiles/moby-2019.js';
import { STRICT } from '../../../../src/domain/profiles/strict.js';

describe.each([MOBY_2019, STRICT])('parseQuotaSize in $name', (profile) => {
  it('reads the greatest size that fits', () => {
    expect(parseQuotaSize('8191p', profile)).toBe(8191n * 1024n ** 5n);
  });

  it('does not trim', () => {
    expect(() => parseQuotaSize(' 1', profile)).toThrow(new InvalidSizeError(' 1'));
  });
});

describe('a size beyond 2^63 (Q-49)', () => {
  it.each(['8192p', '99999999999999999999'])('is 2^63 in moby-2019: %s', (text) => {
    expect(parseQuotaSize(text, MOBY_2019)).toBe(2n ** 63n);
  });

  it.each(['8192p', '99999999999999999999'])('is refused in strict: %s', (text) => {
    expect(() => parseQuotaSize(text, STRICT)).toThrow(new InvalidSizeError(text));
  });
});
