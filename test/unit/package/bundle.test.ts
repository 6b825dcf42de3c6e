/** Establishes that the bundle is one file that works alone, without native code. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';

const SCRIPT = fileURLToPath(new URL('../../../scripts/bundle.mjs', import.meta.url));
const VECTORS = fileURLToPath(new URL('../../../vectors', import.meta.url));
const BYTES_MAX = 3 * 1024 * 1024;
const MINUTE = 60_000;

let directory = '';
let bundle = '';

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'overlay2-ref-bundle-'));
  bundle = join(directory, 'overlay2-ref.mjs');
  const { status, stderr } = spawnSync(process.execPath, [SCRIPT, '--out', bundle], {
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(status).toBe(0);
}, 2 * MINUTE);

afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Nothing of this machine's Node settings, nor modules beside it, may help. */
function run(...argv: readonly string[]): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, {
    cwd: directory,
    encoding: 'utf8',
    env: { PATH: '/nonexistent', TMPDIR: tmpdir() },
    timeout: MINUTE,
  });
  return { code: status, out: stdout, err: stderr };
}

it('is one file of a few megabytes', () => {
  expect(readdirSync(directory)).toEqual(['overlay2-ref.mjs']);
  expect(statSync(bundle).size).toBeLessThan(BYTES_MAX);
});

it('checks the driver in memory', { timeout: MINUTE }, () => {
  const { code, out } = run(bundle, 'check', 'builtin:fake', '--runs', '20', '--seed', '1');

  expect(out).toContain('builtin:fake agrees with moby-2019: 20 sequences');
  expect(code).toBe(0);
});

it('loads no native code', { timeout: MINUTE }, () => {
  const program = `
    process.argv = ['node', 'overlay2-ref', 'check', 'builtin:fake', '--runs', '2', '--seed', '1'];
    await import(${JSON.stringify(pathToFileURL(bundle).href)});
    const { sharedObjects } = process.report.getReport();
    const addons = sharedObjects.filter((name) => name.endsWith('.node'));
    console.log('addons: ' + JSON.stringify(addons));
    console.log('libraries: ' + sharedObjects.length);
  `;
  const { out } = run('--input-type=module', '--eval', program);

  expect(out).toContain('addons: []');
  expect(out).toMatch(/libraries: [1-9]/);
});

it('judges a program by the line protocol: itself', { timeout: MINUTE }, () => {
  const testee = `${process.execPath} ${bundle} testee --backend fake`;
  const { code, out, err } = run(
    bundle,
    'check',
    `program:${testee}`,
    '--runs',
    '5',
    '--seed',
    '1',
  );

  expect(err).toBe('');
  expect(out).toContain('agrees');
  expect(code).toBe(0);
});

it('verifies vectors', { timeout: MINUTE }, () => {
  expect(run(bundle, 'vectors', 'verify', VECTORS).out).toContain('all are as our code has it');
});

it('says in one line that it cannot work on a kernel', { timeout: MINUTE }, () => {
  const { code, err } = run(bundle, 'layer', 'ls', '--home', directory);

  expect(err).toMatch(/^overlay2-ref layer ls: the bundle has no native code: [^\n]+\n$/);
  expect(code).toBe(3);
});
