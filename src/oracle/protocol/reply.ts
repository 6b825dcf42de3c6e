import { z } from 'zod';
import { ERRNO, type ErrnoName } from '../../domain/go/errno.js';

/** Names that share a number with one that the table has. */
const ALIASES: Readonly<Record<string, ErrnoName>> = {
  EWOULDBLOCK: 'EAGAIN',
  EDEADLOCK: 'EDEADLK',
  EOPNOTSUPP: 'ENOTSUP',
};

/** The symbolic name of an errno of Linux. */
const ERRNO_NAME = z
  .string()
  .refine((name) => errnoNamed(name) !== undefined, 'not an errno of Linux')
  .meta({ id: 'errno', description: 'symbolic name, as ENOENT' });

/** How a request failed. */
export const REPLY_ERROR = z
  .object({
    message: z.string().describe('the text of the error'),
    errno: ERRNO_NAME.exactOptional(),
    code: z.string().exactOptional().describe('the error class, as max-depth'),
  })
  .meta({ id: 'error' });

const SKIPPED = z.object({ reason: z.string() }).meta({ id: 'skipped' });

/** What became of one request: exactly one of the three. */
export const OUTCOME = z
  .object({
    result: z.looseObject({}).exactOptional(),
    error: REPLY_ERROR.exactOptional(),
    skipped: SKIPPED.exactOptional(),
  })
  .refine(({ result, error, skipped }) => {
    return [result, error, skipped].filter((part) => part !== undefined).length === 1;
  }, 'not exactly one of result, error and skipped')
  .meta({
    id: 'outcome',
    oneOf: [{ required: ['result'] }, { required: ['error'] }, { required: ['skipped'] }],
  });

/** One line of the judge; what it carries is checked by the method. */
export const REQUEST = z.object({
  id: z.int().positive(),
  method: z.string(),
  params: z.looseObject({}).exactOptional(),
});

/** Requests that are performed in order, whatever becomes of each. */
export const BATCH = {
  params: z.object({ requests: z.array(REQUEST.omit({ id: true })) }),
  result: z.object({ replies: z.array(OUTCOME) }),
} as const;

/** What became of one request. */
export type Outcome = z.infer<typeof OUTCOME>;
/** How a request failed. */
export type ReplyError = z.infer<typeof REPLY_ERROR>;

/**
 * Gives the name that the table has for an errno.
 *
 * @returns nothing for what is no errno of Linux.
 * @internal
 */
export function errnoNamed(name: string): ErrnoName | undefined {
  if (Object.hasOwn(ERRNO, name)) return name as ErrnoName;
  return ALIASES[name];
}
