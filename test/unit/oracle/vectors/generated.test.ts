/**
 * Establishes that the files of vectors are what our code generates now, byte for byte, and of the
 * form that their schema says, by generating them again.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  generateVectors,
  vectorsSchemaText,
} from '../../../../src/cli/vectors/generate-vectors.js';
import type { VectorFile } from '../../../../src/oracle/vectors/vector.js';

const ROOT = new URL('../../../../', import.meta.url);
const SCHEMA = new URL('schemas/vectors.schema.json', ROOT);
const TIMEOUT_MS = 120_000;
const PACKED_MAX = 2 << 20;

const directory = new URL('vectors/', ROOT);
const texts = new Map(
  readdirSync(directory).map((name) => [name, readFileSync(new URL(name, directory), 'utf8')]),
);
const files = [...texts.values()].map((text) => JSON.parse(text) as VectorFile);

describe('the vectors that are checked in', () => {
  const generated = new Map<string, string>();

  beforeAll(async () => {
    for await (const { name, text } of generateVectors()) generated.set(name, text);
  }, TIMEOUT_MS);

  it('are those that our code generates', () => {
    expect([...texts.keys()].sort()).toEqual([...generated.keys()].sort());
    for (const [name, text] of generated) expect(texts.get(name) === text, name).toBe(true);
  });

  it('have a schema that our code generates', () => {
    expect(readFileSync(SCHEMA, 'utf8')).toBe(vectorsSchemaText());
  });

  it('are of the form that the schema says, and others are not', () => {
    const ajv = new Ajv2020({ strict: false });
    const isValid = ajv.compile(JSON.parse(readFileSync(SCHEMA, 'utf8')) as object);

    for (const file of files) expect(isValid(file), file.rule).toBe(true);
    for (const file of files) expect(isValid({ ...file, more: 1 }), file.rule).toBe(false);
  });

  it('are at least 2,000, each with an id of its own and all that a reader needs', () => {
    const all = files.flatMap(({ vectors }) => vectors);

    expect(all.length).toBeGreaterThan(2_000);
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  });

  it('flag what the profiles answer otherwise', () => {
    const all = files.flatMap(({ vectors }) => vectors);
    const defects = all.filter(({ flags }) => flags.includes('seed-defect'));

    expect(defects.length).toBeGreaterThan(100);
    expect(new Set(defects.map(({ id }) => id.split('/')[0])).size).toBeGreaterThan(8);
  });

  it('take 2 MiB at most when they are packed', () => {
    expect(gzipSync([...texts.values()].join('')).length).toBeLessThan(PACKED_MAX);
  });
});
