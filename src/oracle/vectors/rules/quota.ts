import { z } from 'zod';
import {
  blocksToBytes,
  firstProjectId,
  nextProjectId,
  parseProjectId,
  quotaBlocks,
} from '../../../domain/identities/project-id.js';
import { profiledFunction, profileOf, type RuleGroup, ruleFunction } from '../rule-group.js';

const PROFILE = z.enum(['moby-2019', 'strict']);
const SIZES = [
  '0',
  '1',
  '511',
  '512',
  '513',
  '1023',
  '1024',
  '4096',
  '1073741824',
  '9223372036854775807',
  '9223372036854775808',
  '18446744073709551615',
  '10995116277760',
] as const;
const BLOCKS = ['0', '1', '2', '2097152', '36028797018963967', '36028797018963968'] as const;
const PROJECTS = [0, 1, 2, 999, 4_294_967_293, 4_294_967_294, 4_294_967_295] as const;

/** Homes and the project ids below them. */
const HOMES: readonly (readonly [home: number, used: readonly number[]])[] = [
  [0, []],
  [0, [1]],
  [0, [2]],
  [0, [5, 3]],
  [0, [3, 5]],
  [999, []],
  [999, [1001, 1005]],
  [999, [1000]],
  [999, [5]],
  [0, [2, 2, 2]],
  [4_294_967_294, []],
  [4_294_967_295, []],
  [0, [4_294_967_295]],
  [0, [4_294_967_295, 7]],
];

/** What project quota is told, in numbers. */
export const QUOTA: RuleGroup = {
  rule: 'quota',
  source: 'moby daemon/graphdriver/quota/projectquota.go',
  functions: [
    profiledFunction({
      name: 'setProjectQuota',
      source:
        'moby daemon/graphdriver/quota/projectquota.go setProjectQuota; docs/profiles.md Q-45',
      why: 'Limits are blocks of 512 bytes and divide without rest: below 512 there is no limit',
      input: z.strictObject({ sizeBytes: z.string(), profile: PROFILE }),
      value: z.string(),
      run: ({ sizeBytes, profile }) =>
        quotaBlocks(BigInt(sizeBytes), profileOf({ profile })).toString(),
      *cases() {
        for (const sizeBytes of SIZES)
          yield { input: { sizeBytes }, comment: `${sizeBytes} bytes` };
      },
    }),
    ruleFunction({
      name: 'GetQuota',
      source: 'moby daemon/graphdriver/quota/projectquota.go GetQuota',
      why: '64 bits without a sign: what is beyond is lost',
      input: z.strictObject({ blocks: z.string() }),
      value: z.string(),
      run: ({ blocks }) => blocksToBytes(BigInt(blocks)).toString(),
      *cases() {
        for (const blocks of BLOCKS) yield { input: { blocks }, comment: `${blocks} blocks` };
      },
    }),
    ruleFunction({
      name: 'nextProjectId',
      source: 'moby daemon/graphdriver/quota/projectquota.go',
      why: '32 bits without a sign: after the last one comes 0, which is no project',
      input: z.strictObject({ id: z.int() }),
      value: z.int(),
      run: ({ id }) => nextProjectId(parseProjectId(id)),
      *cases() {
        for (const id of PROJECTS) yield { input: { id }, comment: `after ${id}` };
      },
    }),
    ruleFunction({
      name: 'findNextProjectID',
      source: 'moby daemon/graphdriver/quota/projectquota.go NewControl, findNextProjectID',
      why: 'The home’s id plus one is used up by the test of the limits',
      input: z.strictObject({ home: z.int(), used: z.array(z.int()) }),
      value: z.int(),
      run: ({ home, used }) => firstProjectId(parseProjectId(home), used.map(parseProjectId)),
      *cases() {
        for (const [home, used] of HOMES) {
          const comment = `home ${home}, used ${used.join(' ') || 'none'}`;
          yield { input: { home, used: [...used] }, comment };
        }
      },
    }),
  ],
};
