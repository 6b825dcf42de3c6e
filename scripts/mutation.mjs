// Runs the mutation tests part by part and puts their reports together. Stryker runs, for each
// mutant, the tests that are related to all files of its run: by parts these are few.
//
//   node scripts/mutation.mjs [PART…] [--lines PERCENT] [--seed N]
//
// The parts are the folders of src/domain, `tar` and `shared`; without a name, all of these.
// `driver` is src/driver against generated sequences in memory. Where a mutant takes seconds, as
// there, in `tar` and in `union`, `--lines 5` takes those of five lines in a hundred, drawn by the
// seed.
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from './root.mjs';

const DIRECTORY = join(ROOT, 'reports/mutation');
const REPORT = join(DIRECTORY, 'mutation.json');
const DOMAIN = 'src/domain';

const DRIVER = 'src/driver';

const { values, positionals: wanted } = parseArgs({
  allowPositionals: true,
  options: {
    lines: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
  },
});
const share = Number(values.lines) / 100;

/** The files of each part; what is not in a folder of its own is one part. */
function listParts() {
  const folders = readdirSync(join(ROOT, DOMAIN), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  const parts = folders.map((name) => ({ name, files: filesIn(`${DOMAIN}/${name}`) }));
  parts.push({ name: 'tar', files: filesIn(`${DOMAIN}/diffs/tar`) });
  parts.push({ name: 'shared', files: filesIn(DOMAIN) });
  return parts;
}

function filesIn(folder, recursive = false) {
  return readdirSync(join(ROOT, folder), { recursive, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}/${name}`)
    .sort();
}

/** Draws lines of files; which ones depends on the seed alone. */
function* drawLines(files) {
  let state = Number(values.seed) >>> 0;
  for (const file of files) {
    const { length } = readFileSync(join(ROOT, file), 'utf8').split('\n');
    for (let line = 1; line < length; line++) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      if (state / 2 ** 32 < share) yield `${file}:${line}-${line}`;
    }
  }
}

function run(program, args, env = {}) {
  return new Promise((resolve, reject) => {
    const options = { cwd: ROOT, stdio: 'inherit', env: { ...process.env, ...env } };
    const child = spawn(program, args, options);
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

const parts = listParts().filter(({ name }) => wanted.length === 0 || wanted.includes(name));
if (wanted.includes('driver')) {
  const files = filesIn(DRIVER, true);
  parts.push({ name: 'driver', files, env: { MUTATION_TESTS: 'driver' } });
}
if (parts.length === 0) {
  const names = [...listParts().map(({ name }) => name), 'driver'];
  console.error(`mutation: no part ${wanted.join(', ')}; there are ${names.join(', ')}`);
  process.exit(2);
}

mkdirSync(DIRECTORY, { recursive: true });
let whole;
for (const { name, files, env } of parts) {
  const mutate = share < 1 ? [...drawLines(files)] : files;
  console.log(`mutation: ${name}`);
  rmSync(REPORT, { force: true });
  await run('npx', ['stryker', 'run', '--mutate', mutate.join(',')], env);
  whole = merge(whole, JSON.parse(readFileSync(REPORT, 'utf8')));
}
writeFileSync(REPORT, JSON.stringify(whole));
await run(process.execPath, [join(ROOT, 'scripts/mutation-report.mjs')]);
