import { z } from 'zod';

/**
 * Test vectors: questions to one rule each, with the answer that is right, as JSON that programs
 * in any language read.
 */

/** The version of the files' form. */
export const VECTORS_VERSION = 1;

/** Where a file says that its schema lies, from where the file lies. */
export const VECTORS_SCHEMA = '../schemas/vectors.schema.json';

/**
 * What a reader may want to know before it asks:
 * - `seed-defect`: the answer is a defect of the seed; profile strict answers otherwise.
 * - `moby-2019`, `strict`: the answer is right in that profile, and wrong in the other one.
 * - `needs-bytes`: something in it is bytes that need not be text, in base64.
 * - `error`: the rule refuses the input.
 */
export const FLAGS = ['seed-defect', 'moby-2019', 'strict', 'needs-bytes', 'error'] as const;

/** One of {@link FLAGS}. */
export type Flag = (typeof FLAGS)[number];

/** What a rule gave: a value, or the error with its class and its exact text. */
export type Outcome =
  | { readonly value: unknown }
  | { readonly error: { readonly code: string; readonly message: string } };

/**
 * One question and its answer.
 *
 * @public
 * @since 0.1.0
 */
export interface Vector {
  /** Unique in all files, and the same for as long as the question is the same. */
  readonly id: string;
  /** Names what is asked, of those that the rule's file has. */
  readonly function: string;
  readonly comment: string;
  readonly flags: readonly Flag[];
  /** Why somebody might get it wrong. */
  readonly why: string;
  /** Where the rule is from. */
  readonly source: string;
  readonly input: unknown;
  readonly expected: unknown;
}

/**
 * The vectors of one rule, as a file holds them.
 *
 * @public
 * @since 0.1.0
 */
export interface VectorFile {
  readonly version: typeof VECTORS_VERSION;
  readonly schema: typeof VECTORS_SCHEMA;
  /** Also the file's name, without `.json`. */
  readonly rule: string;
  readonly source: string;
  readonly vectors: readonly Vector[];
}

const ERROR = z.strictObject({ error: z.strictObject({ code: z.string(), message: z.string() }) });

/**
 * Gives the form of a rule's outcomes.
 *
 * @internal
 */
export function outcomeSchema(value: z.ZodType): z.ZodType {
  return z.union([z.strictObject({ value }), ERROR]);
}

/**
 * Gives the form of the vectors of one function.
 *
 * @internal
 */
export function vectorSchema(name: string, input: z.ZodType, expected: z.ZodType): z.ZodType {
  return z.strictObject({
    id: z.string().regex(/^[a-z0-9-]+\/[A-Za-z0-9.]+\/[0-9a-f]{8}$/),
    function: z.literal(name),
    comment: z.string().min(1),
    flags: z.array(z.enum(FLAGS)),
    why: z.string().min(1),
    source: z.string().min(1),
    input,
    expected,
  });
}

/**
 * Gives the form of a file of one rule.
 *
 * @internal
 */
export function fileSchema(rule: string, vectors: readonly z.ZodType[]): z.ZodType {
  return z.strictObject({
    version: z.literal(VECTORS_VERSION),
    schema: z.literal(VECTORS_SCHEMA),
    rule: z.literal(rule),
    source: z.string(),
    vectors: z.array(z.union(vectors)),
  });
}
