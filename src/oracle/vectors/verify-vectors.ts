import { z } from 'zod';
import { ALL_RULES } from './all-rules.js';
import { verifySequence } from './sequences/make-sequences.js';
import type { TargetsByProfile } from './sequences/run-on-both.js';
import type { Vector, VectorFile } from './vector.js';
import { schemasByRule } from './vectors-schema.js';

/** One vector that our code answers otherwise. */
export interface VectorFailure {
  readonly id: string;
  readonly comment: string;
  readonly expected: string;
  readonly actual: string;
}

/**
 * What became of a file.
 *
 * @public
 * @since 0.1.0
 */
export interface FileVerdict {
  readonly file: string;
  readonly rule: string;
  readonly vectors: number;
  readonly failures: readonly VectorFailure[];
  /** Present where the file is not of the form that the schema says. */
  readonly malformed?: string;
}

/**
 * Asks our own code every question of a file.
 *
 * @param file - its name, for the verdict.
 * @param targets - makes drivers to run sequences on; asked only where there are any.
 * @public
 * @since 0.1.0
 */
export async function verifyFile(
  file: string,
  text: string,
  targets: () => Promise<TargetsByProfile>,
): Promise<FileVerdict> {
  const parsed = parseFile(text);
  if ('malformed' in parsed) return { file, rule: '', vectors: 0, failures: [], ...parsed };
  const { rule, vectors } = parsed.file;
  const group = ALL_RULES.find((one) => one.rule === rule);
  const failures: VectorFailure[] = [];
  for (const vector of vectors) {
    const difference =
      group === undefined
        ? await differenceOfSequence(vector, await targets())
        : await differenceOf(group.functions, vector);
    if (difference !== undefined) failures.push(difference);
  }
  return { file, rule, vectors: vectors.length, failures };
}

async function differenceOf(
  functions: (typeof ALL_RULES)[number]['functions'],
  { id, comment, function: name, input, expected }: Vector,
): Promise<VectorFailure | undefined> {
  const asked = functions.find((one) => one.name === name);
  const actual = await asked?.evaluate(input);
  if (isSame(expected, actual)) return undefined;
  return { id, comment, expected: JSON.stringify(expected), actual: JSON.stringify(actual) };
}

async function differenceOfSequence(
  vector: Vector,
  targets: TargetsByProfile,
): Promise<VectorFailure | undefined> {
  const { id, comment } = vector;
  const difference = await verifySequence(targets, vector);
  if (difference === undefined) return undefined;
  return { id, comment, expected: 'what the file says', actual: difference };
}

type Parsed = { readonly file: VectorFile } | { readonly malformed: string };

function parseFile(text: string): Parsed {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { malformed: `not JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
  const head = z.looseObject({ rule: z.string() }).safeParse(json);
  if (!head.success) return { malformed: 'it names no rule' };
  const schema = schemasByRule().get(head.data.rule);
  if (schema === undefined) return { malformed: `there is no rule ${head.data.rule}` };
  const checked = schema.safeParse(json);
  if (checked.success) return { file: json as VectorFile };
  const [issue] = checked.error.issues;
  const path = issue?.path.map(String).join('.') ?? '';
  return { malformed: `${path}: ${issue?.message ?? 'not as the schema says'}` };
}

/** Tells whether two values are the same JSON, keys in any order. */
function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [Object.entries(a), new Map(Object.entries(b))];
  return (
    left.length === right.size &&
    left.every(([key, value]) => right.has(key) && isSame(value, right.get(key)))
  );
}
