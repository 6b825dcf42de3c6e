/** Establishes that the schema of known disagreements that is checked in is the code's. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { knownSchemaText } from '../../../../src/oracle/report/known-disagreement.js';

test('the checked-in schema is what the code that reads the file says', () => {
  const file = new URL('../../../../schemas/known.schema.json', import.meta.url);
  expect(readFileSync(file, 'utf8')).toBe(knownSchemaText());
});
