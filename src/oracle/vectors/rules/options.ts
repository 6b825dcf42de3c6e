import { z } from 'zod';
import { parseDriverOptions } from '../../../domain/options/driver-options.js';
import { parseKeyValueOpt } from '../../../domain/options/key-value.js';
import { parseStorageOptions } from '../../../domain/options/storage-options.js';
import { profiledFunction, profileOf, type RuleGroup, ruleFunction } from '../rule-group.js';
import { told } from './alphabet.js';

const PROFILE = z.enum(['moby-2019', 'strict']);

const PAIRS = [
  'a=b',
  'a=b=c',
  '=b',
  'a=',
  '=',
  'a',
  '',
  ' a = b ',
  '	a	=\nb\n',
  'a==b',
  'A=B',
  ' = ',
  'a\xA0= b',
  '﻿a=b',
  'ä=ö',
  'a b=c d',
  'nokey',
  'a\0=b',
] as const;

/** Options of the driver, one list a case. */
const DRIVER: readonly (readonly string[])[] = [
  [],
  ['overlay2.size=10G'],
  ['OVERLAY2.SIZE = 0 '],
  ['overlay2.size='],
  ['overlay2.size=0=1'],
  ['overlay2.size=-1'],
  ['overlay2.size=1', 'overlay2.size=2'],
  ['overlay2.size=8192p'],
  ['overlay2.size=1.5.0'],
  ['overlay2.size=511'],
  ['overlay2.override_kernel_check=true'],
  ['overlay2.override_kernel_check=maybe'],
  ['overlay2.override_kernel_check='],
  ['Overlay2.Override_Kernel_Check=T'],
  ['overlay2.override_kernel_check=1', 'overlay2.override_kernel_check=0'],
  ['nokey'],
  [''],
  ['='],
  ['dm.fs=xfs'],
  ['overlay2.mountopt=nodev'],
  ['overlay.size=1'],
  ['size=1'],
  ['overlay2.size=1', 'dm.fs=xfs'],
  ['dm.fs=xfs', 'nokey'],
  ['overlay2.size =1'],
  ['overlay2.SİZE=1'],
  ['overlay2.\u212aey=1'],
];

/** Options of a layer, as pairs in the caller’s order. */
const STORAGE: readonly (readonly (readonly [string, string])[])[] = [
  [],
  [['size', '1G']],
  [['SIZE', '1G']],
  [['Size', '0']],
  [['size', '']],
  [['size', 'much']],
  [['size', ' 1']],
  [['size', '-1']],
  [['size', '8192p']],
  [['size', '1.2.3']],
  [[' size', '1']],
  [['foo', 'bar']],
  [['FOO', 'bar']],
  [['', '']],
  [
    ['size', '1'],
    ['SIZE', '2'],
  ],
  [
    ['SIZE', '2'],
    ['size', '1'],
  ],
  [
    ['size', '1'],
    ['foo', 'bar'],
  ],
  [
    ['foo', 'bar'],
    ['size', 'much'],
  ],
];

/** Options of driver and layers. */
export const OPTIONS: RuleGroup = {
  rule: 'options',
  source: 'moby overlay2/overlay.go parseOptions, parseStorageOpt; pkg/parsers/parsers.go',
  functions: [
    ruleFunction({
      name: 'ParseKeyValueOpt',
      source: 'moby pkg/parsers/parsers.go ParseKeyValueOpt',
      why: 'The first equals sign parts, and white space around both halves goes',
      input: z.strictObject({ option: z.string() }),
      value: z.array(z.string()),
      run: ({ option }) => [...parseKeyValueOpt(option)],
      *cases() {
        for (const option of PAIRS) yield { input: { option }, comment: told(option) };
      },
    }),
    profiledFunction({
      name: 'parseOptions',
      source: 'moby overlay2/overlay.go parseOptions',
      why: 'Keys are compared without case, the last of several wins, the first wrong one is told',
      input: z.strictObject({ options: z.array(z.string()), profile: PROFILE }),
      value: z.strictObject({ overrideKernelCheck: z.boolean(), quotaSizeBytes: z.string() }),
      run: ({ options, profile }) => {
        const parsed = parseDriverOptions(options, profileOf({ profile }));
        return { ...parsed, quotaSizeBytes: parsed.quotaSizeBytes.toString() };
      },
      *cases() {
        for (const options of DRIVER) {
          yield { input: { options: [...options] }, comment: told(options.join(' ')) };
        }
      },
    }),
    profiledFunction({
      name: 'parseStorageOpt',
      source: 'moby overlay2/overlay.go parseStorageOpt; docs/profiles.md Q-12, Q-49',
      why: 'Values are not trimmed; Go visits a map at random, here the order given decides',
      input: z.strictObject({ entries: z.array(z.array(z.string())), profile: PROFILE }),
      value: z.strictObject({ quotaSizeBytes: z.string() }),
      run: ({ entries, profile }) => {
        const pairs = entries.map(([key = '', value = '']) => [key, value] as const);
        const { quotaSizeBytes } = parseStorageOptions(pairs, profileOf({ profile }));
        return { quotaSizeBytes: quotaSizeBytes.toString() };
      },
      *cases() {
        for (const entries of STORAGE) {
          const comment = told(entries.map((pair) => pair.join('=')).join(' '));
          yield { input: { entries: entries.map((pair) => [...pair]) }, comment };
        }
      },
    }),
  ],
};
