import { z } from 'zod';
import { GraphDriverError, messageOf } from '../../domain/errors.js';

/** One disagreement that is known, as the file has it. */
const knownSchema = z.strictObject({
  target: z.string().min(1).describe('Which target shows it: a name as `check` takes it.'),
  rule: z.string().describe('The rule that it breaks, as the report names it; may be empty.'),
  pattern: z
    .string()
    .min(1)
    .refine(isPattern, 'not a regular expression')
    .describe('A regular expression that finds it in its name or its line of what broke.'),
  reason: z.string().min(1).describe('Why it is so.'),
  link: z.string().optional().describe('Where to read more.'),
});

/** The file of known disagreements. */
const knownFileSchema = z.array(knownSchema);

/**
 * Gives the JSON Schema of the file, as text.
 *
 * @internal
 */
export function knownSchemaText(): string {
  const schema = z.toJSONSchema(knownFileSchema, { io: 'input' });
  return `${JSON.stringify({ ...schema, title: 'Known disagreements' }, undefined, 2)}\n`;
}

/**
 * A disagreement that is known.
 *
 * @public
 * @since 0.1.0
 */
export type KnownDisagreement = z.infer<typeof knownSchema>;

/**
 * Reads a file of known disagreements.
 *
 * @throws GraphDriverError of code `known` for anything else.
 * @public
 * @since 0.1.0
 */
export function parseKnown(text: string, name: string): readonly KnownDisagreement[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new GraphDriverError('known', `${name}: not JSON: ${messageOf(error)}`, { cause: error });
  }
  const parsed = knownFileSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.join('.') ?? '';
  throw new GraphDriverError('known', `${name}: ${where}: ${issue?.message ?? 'not such a file'}`);
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text, 'u').source !== '';
  } catch {
    // A text that is no expression is told to whoever wrote it.
    return false;
  }
}
