import { z } from 'zod';
import { METHODS } from './methods.js';
import { BATCH, OUTCOME, REQUEST } from './reply.js';

/**
 * Gives the JSON Schemas of the line protocol: for each request what it carries and what its result
 * holds, and the forms of a request and of a reply's outcome.
 *
 * @returns the text of each file, by its name.
 * @internal
 */
export function protocolSchemas(): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  const add = (name: string, title: string, schema: z.ZodType): void => {
    const json = z.toJSONSchema(schema, { io: 'input', target: 'draft-2020-12' });
    files.set(`${name}.schema.json`, `${JSON.stringify({ title, ...json }, undefined, 2)}\n`);
  };
  add('request', 'a request, one line', REQUEST);
  add('outcome', 'what a reply holds beside its id', OUTCOME);
  for (const [method, { params, result }] of Object.entries({ ...METHODS, batch: BATCH })) {
    add(`${method}.params`, `params of ${method}`, params);
    add(`${method}.result`, `result of ${method}`, result);
  }
  return files;
}
