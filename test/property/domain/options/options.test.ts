// Establishes laws of options: how they are spelt does not matter, the last one counts.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDriverOptions } from '../../../../src/domain/options/driver-options.js';
import { parseKeyValueOpt } from '../../../../src/domain/options/key-value.js';
import { parseStorageOptions } from '../../../../src/domain/options/storage-options.js';
import { MOBY_2019 } from '../../../../src/domain/profiles/moby-2019.js';
import { STRICT } from '../../../../src/domain/profiles/strict.js';
import { assertRoundTrip } from '../../../helpers/laws.js';

const profile = fc.constantFrom(MOBY_2019, STRICT);
const blank = fc.string({ unit: fc.constantFrom(' ', '\t', '\n') });
const size = fc.nat();

const mixedCase = (text: string) =>
  fc
    .array(fc.boolean(), { minLength: text.length, maxLength: text.length })
    .map((upper) =>
      Array.from(text, (c, at) => (upper[at] === true ? c.toUpperCase() : c)).join(''),
    );

describe('key=value options', () => {
  it('read back, whatever equals signs the value holds', () => {
    const part = fc.string({ unit: fc.constantFrom('a', '.', '_', 'é') });
    const value = fc.string({ unit: fc.constantFrom('a', '=', 'é') });

    assertRoundTrip(
      fc.tuple(part, value),
      ([key, text]) => `${key}=${text}`,
      (option): [string, string] => [...parseKeyValueOpt(option)] as [string, string],
    );
  });
});

describe('driver options', () => {
  it('are the same in any case and with any white space around', () => {
    fc.assert(
      fc.property(
        profile,
        mixedCase('overlay2.size'),
        blank,
        blank,
        size,
        (p, key, a, b, bytes) => {
          const option = `${a}${key}${b}=${b}${bytes}${a}`;

          expect(parseDriverOptions([option], p)).toStrictEqual({
            overrideKernelCheck: false,
            quotaSizeBytes: BigInt(bytes),
          });
        },
      ),
    );
  });

  it('take the last of equal keys', () => {
    fc.assert(
      fc.property(profile, fc.array(size, { minLength: 1 }), (p, sizes) => {
        const options = sizes.map((bytes) => `overlay2.size=${bytes}`);

        expect(parseDriverOptions(options, p).quotaSizeBytes).toBe(BigInt(sizes.at(-1) ?? -1));
      }),
    );
  });
});

describe('storage options', () => {
  it('take one size in any case', () => {
    fc.assert(
      fc.property(profile, mixedCase('size'), size, (p, key, bytes) => {
        expect(parseStorageOptions([[key, `${bytes}`]], p)).toStrictEqual({
          quotaSizeBytes: BigInt(bytes),
        });
      }),
    );
  });

  it('take of several sizes the last one or none, by profile (Q-12)', () => {
    fc.assert(
      fc.property(fc.array(size, { minLength: 2 }), (sizes) => {
        const entries = sizes.map((bytes) => ['size', `${bytes}`] as const);

        expect(parseStorageOptions(entries, MOBY_2019).quotaSizeBytes).toBe(
          BigInt(sizes.at(-1) ?? -1),
        );
        expect(() => parseStorageOptions(entries, STRICT)).toThrow('given more than once');
      }),
    );
  });
});
