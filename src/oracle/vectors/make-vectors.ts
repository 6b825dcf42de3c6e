import { SeededRandom } from '../generate/random.js';
import type { Case, RuleFunction, RuleGroup } from './rule-group.js';
import {
  type Flag,
  FLAGS,
  type Vector,
  type VectorFile,
  VECTORS_SCHEMA,
  VECTORS_VERSION,
} from './vector.js';

/** What the cases that are drawn are drawn from; another one gives other vectors. */
const SEED = 20_190_924;

/** Of FNV-1a with 32 bits. */
const BASIS = 0x811c9dc5;
const PRIME = 0x01000193;

/**
 * Makes the vectors of a rule by asking our own code.
 *
 * @throws where two cases of a function ask the same.
 * @internal
 */
export async function makeVectors({ rule, source, functions }: RuleGroup): Promise<VectorFile> {
  const vectors: Vector[] = [];
  for (const [at, fn] of functions.entries()) {
    const random = new SeededRandom(SEED, at);
    const seen = new Set<string>();
    const made: Vector[] = [];
    for (const one of fn.cases(random)) {
      const vector = await makeVector(rule, fn, one);
      // What is drawn may be drawn twice.
      if (seen.has(vector.id)) continue;
      seen.add(vector.id);
      made.push(vector);
    }
    vectors.push(...(fn.hasProfile ? flagProfiles(made) : made));
  }
  return { version: VECTORS_VERSION, schema: VECTORS_SCHEMA, rule, source, vectors };
}

async function makeVector(rule: string, fn: RuleFunction, one: Case<unknown>): Promise<Vector> {
  const { input, comment, why = fn.why, flags = [] } = one;
  const expected = await fn.evaluate(input);
  const isError = typeof expected === 'object' && expected !== null && 'error' in expected;
  return {
    id: `${rule}/${fn.name}/${digest(JSON.stringify(input))}`,
    function: fn.name,
    comment,
    flags: inOrder(isError ? [...flags, 'error'] : flags),
    why,
    source: fn.source,
    input,
    expected,
  };
}

/** Says of answers that differ between profiles whose they are. */
function flagProfiles(vectors: readonly Vector[]): readonly Vector[] {
  const answers = new Map<string, Set<string>>();
  const questionOf = ({ input }: Vector): string =>
    JSON.stringify({ ...(input as object), profile: undefined });
  for (const vector of vectors) {
    const question = questionOf(vector);
    const known = answers.get(question) ?? new Set();
    answers.set(question, known.add(JSON.stringify(vector.expected)));
  }
  return vectors.map((vector) => {
    if ((answers.get(questionOf(vector))?.size ?? 0) < 2) return vector;
    const { profile } = vector.input as { readonly profile: Flag };
    const own: Flag[] = profile === 'moby-2019' ? ['seed-defect', profile] : [profile];
    return { ...vector, flags: inOrder([...vector.flags, ...own]) };
  });
}

function inOrder(flags: readonly Flag[]): readonly Flag[] {
  return FLAGS.filter((flag) => flags.includes(flag));
}

/**
 * Gives eight hexadecimal digits that stand for a text.
 *
 * @internal
 */
export function digest(text: string): string {
  let value = BASIS;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), PRIME);
  return (value >>> 0).toString(16).padStart(8, '0');
}

/**
 * Gives a file of vectors as text: one vector a line, so that a change shows as the lines that it
 * changes.
 *
 * @public
 * @since 0.1.0
 */
export function formatVectors({ vectors, ...head }: VectorFile): string {
  const lines = Object.entries(head).map(
    ([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)},`,
  );
  const rows = vectors.map((vector) => `    ${JSON.stringify(vector)}`);
  return ['{', ...lines, '  "vectors": [', rows.join(',\n'), '  ]', '}', ''].join('\n');
}
