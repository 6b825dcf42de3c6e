import { z } from 'zod';
import { ALL_RULES } from './all-rules.js';
import type { RuleGroup } from './rule-group.js';
import { SEQUENCE_EXPECTED, SEQUENCE_INPUT } from './sequences/sequence-schema.js';
import { fileSchema, vectorSchema } from './vector.js';

/**
 * Gives the form of the file of each rule, by the rule's name.
 *
 * @internal
 */
export function schemasByRule(): ReadonlyMap<string, z.ZodType> {
  const schemas = new Map(ALL_RULES.map((group) => [group.rule, schemaOf(group)]));
  const sequence = vectorSchema('sequence', SEQUENCE_INPUT, SEQUENCE_EXPECTED);
  return schemas.set('sequences', fileSchema('sequences', [sequence]));
}

function schemaOf({ rule, functions }: RuleGroup): z.ZodType {
  const vectors = functions.map(({ name, input, expected }) => vectorSchema(name, input, expected));
  return fileSchema(rule, vectors);
}

/**
 * Gives the JSON Schema of every file of vectors.
 *
 * @public
 * @since 0.1.0
 */
export function vectorsJsonSchema(): object {
  const title = 'Test vectors of overlay2-ref, version 1';
  return z.toJSONSchema(z.union([...schemasByRule().values()]).meta({ title }));
}
