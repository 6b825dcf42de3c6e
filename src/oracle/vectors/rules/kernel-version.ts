import { z } from 'zod';
import { compareKernelVersion, parseKernelVersion } from '../../../domain/host/kernel-version.js';
import { type RuleGroup, ruleFunction } from '../rule-group.js';
import { told } from './alphabet.js';

const RELEASES = [
  '3.12.25-gentoo',
  '3.12-1-amd64',
  '3.12',
  '3.10.0-693.el7.x86_64',
  '4.4.x',
  '4.2 .3',
  ' 4.2',
  '4.2\n.3',
  '-4.2',
  '+4.+2.+3',
  '4',
  '4.',
  'x',
  '4 .2',
  '',
  '.',
  '4.x',
  '4.2.',
  '4.2.3.4',
  '5.15.0-91-generic',
  '6.1.0-18-amd64',
  '6.8.0-rc1',
  '2.6.32.11-svn21605',
  '4.19.76-linuxkit',
  '4.2.3 flavor more',
  '4. 2',
  '4.	2',
  '4.2.3-',
  '4.2-3.4',
  '04.02.03',
  '4.2.-3',
  '4.2. 3',
  '4.2.x3',
  '4.9223372036854775807',
  '4.9223372036854775808',
  '4.2.9223372036854775808',
  '４.2',
  '4.2\xA0.3',
  '4.2_3',
  '4,2',
  'v4.2',
  '4.2+',
  '4.2.3+',
  '4.2~rc1',
  '\n4.2',
  '4.2.3\n',
] as const;

const VERSIONS = ['3.18.0', '4.0.0', '4.0.1', '4.7.0', '4.10.0', '5.0.0', '10.0.0'] as const;

/** Kernel releases as Go’s scanner reads them. */
export const KERNEL_VERSION: RuleGroup = {
  rule: 'kernel-version',
  source: 'moby pkg/parsers/kernel/kernel.go',
  functions: [
    ruleFunction({
      name: 'ParseRelease',
      source: 'moby pkg/parsers/kernel/kernel.go ParseRelease',
      why: 'Go’s Sscanf takes signs and blanks, and a newline stops it',
      input: z.strictObject({ release: z.string() }),
      value: z.strictObject({
        kernel: z.number(),
        major: z.number(),
        minor: z.number(),
        flavor: z.string(),
      }),
      run: ({ release }) => parseKernelVersion(release),
      *cases() {
        for (const release of RELEASES) yield { input: { release }, comment: told(release) };
      },
    }),
    ruleFunction({
      name: 'CompareKernelVersion',
      source: 'moby pkg/parsers/kernel/kernel.go CompareKernelVersion',
      why: 'Numbers are compared, not texts: 4.10 comes after 4.7',
      input: z.strictObject({ a: z.string(), b: z.string() }),
      value: z.int(),
      run: ({ a, b }) =>
        Math.sign(compareKernelVersion(parseKernelVersion(a), parseKernelVersion(b))),
      *cases() {
        for (const a of VERSIONS) {
          for (const b of VERSIONS) yield { input: { a, b }, comment: `${a} and ${b}` };
        }
      },
    }),
  ],
};
