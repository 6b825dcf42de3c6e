/**
 * Establishes that every quirk of the catalogue has a named test in each profile, by reading the
 * names of the tests.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { QUIRKS } from '../../src/domain/profiles/quirk.js';

const E2E = join(import.meta.dirname, '../e2e');

const names = readdirSync(E2E, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.ts'))
  .flatMap((file) => readFileSync(join(E2E, file), 'utf8').match(/(['"`])Q-\d\d in .*?\1/g) ?? []);

it.each(QUIRKS.map(({ id }) => id))('%s has a test in moby-2019 and one in strict', (id) => {
  for (const profile of ['moby-2019', 'strict']) {
    expect(names.filter((name) => name.slice(1).startsWith(`${id} in ${profile}: `))).not.toEqual(
      [],
    );
  }
});
