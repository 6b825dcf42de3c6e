// Establishes that the JSON Schemas of the protocol that are checked in are those of the code.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { protocolSchemas } from '../../../../src/oracle/protocol/json-schemas.js';

const FOLDER = join(import.meta.dirname, '../../../../schemas/protocol');

test('every schema is checked in as the code has it, and there are no others', () => {
  const schemas = protocolSchemas();

  const found = readdirSync(FOLDER).sort();

  expect(found).toEqual([...schemas.keys()].sort());
  for (const [name, text] of schemas) {
    expect(readFileSync(join(FOLDER, name), 'utf8'), name).toBe(text);
  }
});
