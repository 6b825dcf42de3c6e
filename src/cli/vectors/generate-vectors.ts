import { ALL_RULES } from '../../oracle/vectors/all-rules.js';
import { formatVectors, makeVectors } from '../../oracle/vectors/make-vectors.js';
import { makeSequences } from '../../oracle/vectors/sequences/make-sequences.js';
import { vectorsJsonSchema } from '../../oracle/vectors/vectors-schema.js';
import { VectorTargets } from './vector-targets.js';

/** A file that is generated. */
export interface GeneratedFile {
  readonly name: string;
  readonly text: string;
  /** How many vectors are in it. */
  readonly vectors: number;
}

/**
 * Generates every file of vectors, the same bytes every time.
 *
 * @internal
 */
export async function* generateVectors(): AsyncGenerator<GeneratedFile> {
  for (const group of ALL_RULES) {
    const file = await makeVectors(group);
    const text = formatVectors(file);
    yield { name: `${group.rule}.json`, text, vectors: file.vectors.length };
  }
  const targets = new VectorTargets();
  try {
    const file = await makeSequences(await targets.get());
    const text = formatVectors(file);
    yield { name: `${file.rule}.json`, text, vectors: file.vectors.length };
  } finally {
    await targets.dispose();
  }
}

/**
 * Gives the schema of the vectors as a file.
 *
 * @internal
 */
export function vectorsSchemaText(): string {
  return `${JSON.stringify(vectorsJsonSchema(), undefined, 1)}\n`;
}
