import { z } from 'zod';
import type { OperationName } from '../../commands/operation.js';

const OPERATIONS = [
  'create',
  'remove',
  'get',
  'put',
  'exists',
  'metadata',
  'status',
  'cleanup',
  'apply',
  'diff',
  'diffSize',
  'changes',
  'transfer',
  'file',
  'walk',
  'restart',
  'umount',
  'tamper',
] as const satisfies readonly OperationName[];

const LINK = z.union([
  z.strictObject({ of: z.string() }),
  z.strictObject({ dangling: z.literal(true) }),
  z.strictObject({ text: z.string() }),
]);

const HOME = z.strictObject({
  layers: z.array(
    z.strictObject({
      id: z.string(),
      names: z.array(z.string()),
      link: LINK.optional(),
      lower: z.array(LINK).optional(),
      mounted: z.boolean(),
    }),
  ),
  links: z.array(z.string()),
  strays: z.array(z.string()),
});

const ALLOWED = z.strictObject({
  outcome: z.string(),
  rule: z.string().optional(),
  failure: z.strictObject({ code: z.string().optional(), errno: z.string().optional() }).optional(),
  value: z.looseObject({ kind: z.string() }).optional(),
});

const ANSWER = z.union([
  z.strictObject({ ok: z.literal(true), value: z.looseObject({ kind: z.string() }) }),
  z.strictObject({
    ok: z.literal(false),
    code: z.string(),
    errno: z.string().optional(),
    message: z.string(),
  }),
]);

const RUN = z.strictObject({
  steps: z.array(z.strictObject({ allowed: z.array(ALLOWED), answer: ANSWER })),
  home: HOME,
});

/** A machine and what is done to a driver on it. */
export const SEQUENCE_INPUT = z.strictObject({
  world: z.strictObject({
    home: z.string(),
    backingFs: z.string(),
    pageSize: z.int(),
    pageLimited: z.boolean(),
    indexOff: z.boolean(),
    nativeDiff: z.boolean(),
    quota: z.boolean(),
    labels: z.boolean(),
    sharedWhiteouts: z.boolean(),
    marksNewDirectories: z.boolean().optional(),
    marksRedirects: z.boolean().optional(),
    copiesOpaque: z.boolean().optional(),
    allowsOverlap: z.boolean().optional(),
    umask: z.int(),
  }),
  operations: z.array(z.looseObject({ op: z.enum(OPERATIONS) })),
});

/** What each profile expects. */
export const SEQUENCE_EXPECTED = z.strictObject({ 'moby-2019': RUN, strict: RUN });
