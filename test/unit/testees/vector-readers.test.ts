/**
 * Establishes that the vectors are right by others' rules, Go's own library and ones written anew
 * in Python, and that these would see it if they were not.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const READERS = join(ROOT, 'testees/vectors');
const TIMEOUT_MS = 120_000;
const LINES_MAX = 60;

const go = readdirSync(READERS).filter((name) => name.endsWith('.go'));

/** Each reader, and a vector of its own to break. */
const LANGUAGES = [
  {
    name: 'go',
    command: ['go', 'run', ...go.map((name) => join(READERS, name))],
    probe: ['go', 'version'],
    file: 'errno.json',
    from: 'stale NFS file handle',
  },
  {
    name: 'python3',
    command: ['python3', join(READERS, 'vectors.py')],
    probe: ['python3', '--version'],
    file: 'lower-chain.json',
    from: 'max depth exceeded',
  },
] as const;

function run([command = '', ...words]: readonly string[]) {
  const { status, stdout } = spawnSync(command, words, {
    encoding: 'utf8',
    env: { ...process.env, GO111MODULE: 'off' },
  });
  return { status, stdout };
}

describe.each(LANGUAGES)('the reader in $name', ({ name, command, probe, file, from }) => {
  const isInstalled = run(probe).status === 0;
  let broken = '';

  beforeAll(() => {
    broken = mkdtempSync(join(tmpdir(), 'vectors-'));
    cpSync(join(ROOT, 'vectors'), broken, { recursive: true });
    const path = join(broken, file);
    writeFileSync(path, readFileSync(path, 'utf8').replace(`"${from}"`, '"something else"'));
  });

  afterAll(() => rmSync(broken, { recursive: true, force: true }));

  it('agrees with every vector that it knows', { timeout: TIMEOUT_MS }, ({ skip }) => {
    skip(!isInstalled, `${name} is not installed`);
    const { status, stdout } = run([...command, join(ROOT, 'vectors')]);

    expect(stdout).toMatch(/ 0 wrong\n$/);
    expect(status).toBe(0);
  });

  it('sees one that is wrong', { timeout: TIMEOUT_MS }, ({ skip }) => {
    skip(!isInstalled, `${name} is not installed`);
    const { status, stdout } = run([...command, broken]);

    expect(stdout).toContain('something else');
    expect(status).toBe(1);
  });
});

it.each(readdirSync(READERS))('%s can be read at once', (name) => {
  const text = readFileSync(join(READERS, name), 'utf8');

  expect(text.split('\n').length - 1).toBeLessThanOrEqual(LINES_MAX);
});
