// Plays the scenarios of test/scenarios on the peers and writes what they answered to
// test/fixtures/scenarios. Run as root, after peers/setup.sh and peers/seed.sh.
//
//   node scripts/record-fixtures.mjs [NAME…]
//
// The seed's answers are the fixture; where moby 20.10 answers otherwise, its answer is kept
// beside them. Fixtures are regenerated, never edited.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir, release, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import ts from 'typescript';

const here = dirname(import.meta.dirname);
const scenarios = join(here, 'test/scenarios');
const fixtures = join(here, 'test/fixtures/scenarios');
const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
const peers = process.env.OVERLAY2_REF_PEERS ?? join(cache, 'overlay2-ref/peers');
const { canonicalAnswers } = await importTypeScript('test/helpers/scenario-canonical.ts');
const HOME_LENGTH = 48;
const ARCHIVE_MAX = 64 * 1024;

const wanted = process.argv.slice(2);
for (const file of readdirSync(scenarios).sort()) {
  const name = file.replace(/\.json$/, '');
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const scenario = JSON.parse(readFileSync(join(scenarios, file), 'utf8'));
  const answers = play('seed', scenario, name);
  const others = existsSync(witness('2010')) ? play('2010', scenario, name) : answers;
  const moby2010 = others.filter((answer, index) => !sameBut2010(answer, answers[index]));
  const fixture = { scenario: name, kernel: release().split('.').slice(0, 2).join('.'), answers };
  if (moby2010.length > 0) fixture.moby2010 = moby2010;
  writeFileSync(join(fixtures, file), format(fixture));
  process.stderr.write(`${name}: ${answers.length} steps, ${moby2010.length} differ in 20.10\n`);
}

// One short answer a line; long ones, such as dumps, one line an item.
function format({ answers, moby2010, ...head }) {
  const one = (answer) => {
    const line = JSON.stringify(answer);
    return line.length <= 160 ? line : JSON.stringify(answer, null, 1).replaceAll('\n', '\n  ');
  };
  const list = (name, items) => ` "${name}": [\n  ${items.map(one).join(',\n  ')}\n ]`;
  const parts = Object.entries(head).map(([key, value]) => ` "${key}": ${JSON.stringify(value)}`);
  parts.push(list('answers', answers));
  if (moby2010 !== undefined) parts.push(list('moby2010', moby2010));
  return `{\n${parts.join(',\n')}\n}\n`;
}

function witness(peer) {
  return join(peers, 'bin', `witness-${peer}`);
}

function play(peer, scenario, name) {
  const base = mkdtempSync(join(tmpdir(), 'o2r-'));
  try {
    const home = makeHome(base, scenario);
    const input = JSON.stringify({ home, umask: scenario.umask ?? '022', steps: scenario.steps });
    const options = { input, maxBuffer: 1 << 28, stdio: ['pipe', 'pipe', 'inherit'] };
    const command = ['-m', '--propagation', 'private', witness(peer)];
    const output = execFileSync('unshare', command, options).toString('utf8');
    const answers = output
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    if (answers.length !== scenario.steps.length) throw new Error(`${name}: steps are missing`);
    return canonicalAnswers(scenario.steps, answers, home).map(packArchives);
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
}

// A home of a fixed length, so that mount data is as long wherever the scenario runs.
function makeHome(base, scenario) {
  const homeName = scenario.homeName ?? 'overlay2';
  const padding = (scenario.homeLength ?? HOME_LENGTH) - Buffer.byteLength(`${base}//${homeName}`);
  if (padding < 1) throw new Error(`${base} is too long for a home of the scenario's length`);
  const root = join(base, 'p'.repeat(padding));
  mkdirSync(root, { mode: 0o755 });
  return join(root, homeName);
}

function packArchives(answer) {
  const packed = { ...answer };
  for (const key of ['ok', 'also']) {
    if (typeof packed[key]?.archive === 'string') {
      packed[key] = { ...packed[key], archive: pack(packed[key].archive) };
    }
  }
  return packed;
}

function pack(base64) {
  const bytes = Buffer.from(base64, 'base64');
  const gzip = gzipSync(bytes, { level: 9 }).toString('base64');
  if (gzip.length <= ARCHIVE_MAX) return { bytes: bytes.length, gzip };
  return { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

// Two differences are everywhere, and are no news: directories of 0710, and the userxattr row.
function sameBut2010(answer, seed) {
  const text = JSON.stringify(answer)
    .replaceAll('dir 0710 ', 'dir 0700 ')
    .replace(',["userxattr","false"]', '')
    .replace(', userxattr=\\"\\"', '');
  return text === JSON.stringify(seed);
}

async function importTypeScript(path) {
  const source = readFileSync(join(here, path), 'utf8');
  const options = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 };
  const { outputText } = ts.transpileModule(source, { compilerOptions: options });
  return import(`data:text/javascript;base64,${Buffer.from(outputText).toString('base64')}`);
}
