/**
 * Establishes the laws of mount data: its length in bytes follows the arithmetic, the chosen form
 * fits the page, and escaped data is read back by the kernel's rules as the paths put in.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  absoluteDirectories,
  absoluteMountData,
  decideMountForm,
  LabelTooLargeError,
  relativeMountData,
} from '../../../../src/domain/mounts/mount-data.js';
import type { MountDataParts, PageRule } from '../../../../src/domain/mounts/mount-data.js';
import {
  splitLowerdir,
  splitMountOptions,
  unescapeLayerOption,
} from '../../../../src/domain/mounts/overlay-escape.js';
import { utf8ByteLength } from '../../../../src/domain/utf8.js';

const LINK = `l/${'A'.repeat(26)}`;

/** One path component that is not changed by cleaning. */
const components = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
  .filter((text) => !/[/\0]/.test(text) && text !== '.' && text !== '..');
const homes = fc
  .array(components, { minLength: 1, maxLength: 4 })
  .map((all) => `/${all.join('/')}`);
/** A label that Go's quoting leaves as it is. */
const plainLabels = fc.stringMatching(/^[a-z_:,0-9 ]{0,40}$/);

const partsOf = (escape: boolean): fc.Arbitrary<MountDataParts> =>
  fc.record({
    home: homes,
    id: components,
    lowers: fc.integer({ min: 1, max: 128 }).map((n) => Array.from({ length: n }, () => LINK)),
    readOnly: fc.boolean(),
    indexOff: fc.boolean(),
    label: plainLabels,
    escape: fc.constant(escape),
  });

describe('mount data', () => {
  it('has the length that the arithmetic gives', () => {
    fc.assert(
      fc.property(partsOf(false), (parts) => {
        const n = parts.lowers.length;
        const home = utf8ByteLength(parts.home);
        const id = utf8ByteLength(parts.id);
        const index = parts.indexOff ? 10 : 0;
        const label = parts.label === '' ? 0 : utf8ByteLength(parts.label) + 11;
        const absoluteLowers = n * (home + 29) + (n - 1);
        const relativeLowers = 29 * n - 1;
        const [absolute, relative] = parts.readOnly
          ? [home + id + 6 + 1 + absoluteLowers, id + 5 + 1 + relativeLowers]
          : [
              absoluteLowers + 10 + (home + id + 6) + 9 + (home + id + 6),
              relativeLowers + 10 + (id + 5) + 9 + (id + 5),
            ];

        expect(utf8ByteLength(absoluteMountData(parts))).toBe(index + 9 + absolute + label);
        expect(utf8ByteLength(relativeMountData(parts))).toBe(index + 9 + relative + label);
      }),
    );
  });

  it('is read back by the kernel as the escaped paths, whatever these hold', () => {
    fc.assert(
      fc.property(partsOf(true), (parts) => {
        const options = splitMountOptions(absoluteMountData({ ...parts, label: '' }));
        const values = new Map(
          options.map((option): [string, string] => {
            const at = option.indexOf('=');
            return [option.slice(0, at), option.slice(at + 1)];
          }),
        );
        const directories = absoluteDirectories(parts);
        const [upper, work] = [values.get('upperdir'), values.get('workdir')];

        expect(splitLowerdir(values.get('lowerdir') ?? '')).toStrictEqual(directories.lowers);
        expect(upper && unescapeLayerOption(upper)).toBe(directories.upper);
        expect(work && unescapeLayerOption(work)).toBe(directories.work);
        expect(values.size).toBe((parts.readOnly ? 1 : 3) + (parts.indexOff ? 1 : 0));
      }),
      {
        examples: [
          [
            {
              home: '/a:b,c\\',
              id: ',\\:',
              lowers: [LINK],
              readOnly: false,
              indexOff: true,
              label: '',
              escape: true,
            },
          ],
        ],
      },
    );
  });
});

describe('decideMountForm', () => {
  const rules = fc.constantFrom<PageRule>('moby-2019', 'nul-counted', 'unlimited');

  it('takes the absolute form where it fits, else the relative one where that fits', () => {
    fc.assert(
      fc.property(
        partsOf(false),
        rules,
        fc.integer({ min: 64, max: 8192 }),
        (parts, pageRule, pageSizeBytes) => {
          const room = { 'moby-2019': 0, 'nul-counted': -1, unlimited: Infinity }[pageRule];
          const fits = (data: string): boolean => utf8ByteLength(data) <= pageSizeBytes + room;
          const [absolute, relative] = [absoluteMountData(parts), relativeMountData(parts)];
          const decide = (): unknown => decideMountForm({ ...parts, pageSizeBytes, pageRule });

          if (fits(absolute)) expect(decide()).toMatchObject({ form: 'absolute', data: absolute });
          else if (fits(relative)) {
            expect(decide()).toMatchObject({ form: 'relative', data: relative, cwd: parts.home });
          } else expect(decide).toThrow(LabelTooLargeError);
        },
      ),
    );
  });
});
