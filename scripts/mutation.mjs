// Runs the mutation tests part by part and puts their reports together. Stryker runs, for each
// mutant, the tests that are related to all files of its run: by parts these are few.
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './root.mjs';

const DIRECTORY = join(ROOT, 'reports/mutation');
const REPORT = join(DIRECTORY, 'mutation.json');
const DOMAIN = 'src/domain';

/** The files of each part; what is not in a folder of its own is one part. */
function listParts() {
  const folders = readdirSync(join(ROOT, DOMAIN), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  const parts = folders.map((name) => ({ name, mutate: [`${DOMAIN}/${name}/*.ts`] }));
  parts.push({ name: 'tar', mutate: [`${DOMAIN}/diffs/tar/*.ts`] });
  parts.push({ name: 'shared', mutate: [`${DOMAIN}/*.ts`] });
  return parts;
}

function run(program, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: ROOT, stdio: 'inherit' });
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`${args.join(' ')} ended with ${signal ?? code}`));
    });
  });
}

/** Puts files and tests of one report into another; test ids are only used inside of a report. */
function merge(into, report) {
  if (into === undefined) return report;
  return { ...into, files: { ...into.files, ...report.files } };
}

const wanted = process.argv.slice(2);
const parts = listParts().filter(({ name }) => wanted.length === 0 || wanted.includes(name));
if (parts.length === 0) {
  const names = listParts().map(({ name }) => name);
  console.error(`mutation: no part ${wanted.join(', ')}; there are ${names.join(', ')}`);
  process.exit(2);
}

mkdirSync(DIRECTORY, { recursive: true });
let whole;
for (const { name, mutate } of parts) {
  console.log(`mutation: ${name}`);
  rmSync(REPORT, { force: true });
  await run('npx', ['stryker', 'run', '--mutate', mutate.join(',')]);
  whole = merge(whole, JSON.parse(readFileSync(REPORT, 'utf8')));
}
writeFileSync(REPORT, JSON.stringify(whole));
await run(process.execPath, [join(ROOT, 'scripts/mutation-report.mjs')]);
