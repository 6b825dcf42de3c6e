// Generates what is checked in but written by code: vectors and schemas. `--check` writes nothing
// and fails where that would change something. It runs from the build.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { matrixSchemaText } from './matrix/schema.mjs';
import { ROOT } from './root.mjs';
import { protocolSchemas } from '../dist/oracle/protocol/json-schemas.js';
import { knownSchemaText } from '../dist/oracle/report/known-disagreement.js';
import { generateVectors, vectorsSchemaText } from '../dist/cli/vectors/generate-vectors.js';

/** Each gives files by their path below the root. */
const GENERATORS = [vectors, vectorsSchema, protocol, known, matrix];

/** Folders of which every file is generated; others in them go. */
const OWNED = ['vectors', 'schemas/protocol'];

async function* vectors() {
  for await (const { name, text } of generateVectors()) yield [`vectors/${name}`, text];
}

async function* vectorsSchema() {
  yield ['schemas/vectors.schema.json', vectorsSchemaText()];
}

function* protocol() {
  for (const [name, text] of protocolSchemas()) yield [`schemas/protocol/${name}`, text];
}

function* known() {
  yield ['schemas/known.schema.json', knownSchemaText()];
}

function* matrix() {
  yield ['schemas/matrix.schema.json', matrixSchemaText()];
}

const isCheck = process.argv.includes('--check');
const changed = [];
const made = new Set();
for (const generator of GENERATORS) {
  for await (const [path, text] of generator()) {
    made.add(path);
    const file = join(ROOT, path);
    if (read(file) === text) continue;
    changed.push(path);
    if (isCheck) continue;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}
for (const folder of OWNED) {
  for (const name of list(join(ROOT, folder))) {
    const path = `${folder}/${name}`;
    if (made.has(path)) continue;
    changed.push(path);
    if (!isCheck) rmSync(join(ROOT, path));
  }
}
for (const path of changed) console.log(`${isCheck ? 'differs' : 'written'}: ${path}`);
console.log(`${made.size} generated files, ${changed.length} ${isCheck ? 'differ' : 'written'}`);
if (isCheck && changed.length > 0) process.exitCode = 1;

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // It is not there yet.
    return undefined;
  }
}

function list(folder) {
  try {
    return readdirSync(folder);
  } catch {
    // It is not there yet.
    return [];
  }
}
