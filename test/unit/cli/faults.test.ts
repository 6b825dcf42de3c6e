/**
 * Shows that `faults` can be interrupted and goes on where it was, by signals that the test sends,
 * on a small part of the space; and what it says.
 */
import { EventEmitter } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type CliResult, runCli } from '../../helpers/cli-streams.js';

const PART = ['faults', '--length', '1', '--shard', '1/40'];
const RUNS_MAX = 20;
const MORE = 1_000_000;

vi.setConfig({ testTimeout: 60_000 });

let directory = '';
let file = '';

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'overlay2-ref-faults-'));
  file = join(directory, 'state.json');
});

afterEach(() => rm(directory, { recursive: true, force: true }));

/** Sends a signal so long after the command began to listen. */
function runInterrupted(argv: readonly string[], ms: number): Promise<CliResult> {
  const signals = new EventEmitter();
  signals.once('newListener', () => setTimeout(() => signals.emit('SIGINT'), ms));
  return runCli(argv, { signals });
}

test('goes on where it was interrupted, and comes to the same', async () => {
  const whole = await runCli([...PART, '--json']);
  const parts: CliResult[] = [];

  let result = await runInterrupted([...PART, '--state', file, '--json'], 0);
  // Whoever begins anew forgets these.
  const state = JSON.parse(await readFile(file, 'utf8')) as { visited: number };
  await writeFile(file, JSON.stringify({ ...state, visited: state.visited + MORE }));
  for (let ms = 250; result.exitCode !== 0 && parts.length < RUNS_MAX; ms *= 3) {
    parts.push(result);
    result = await runInterrupted([...PART, '--state', file, '--json'], ms);
  }

  expect(parts.length).toBeGreaterThan(0);
  for (const { exitCode, stdout, stderr } of parts) {
    expect({ exitCode, stdout }).toEqual({ exitCode: 130, stdout: '' });
    expect(stderr).toContain(`--length 1 --shard 1/40 --state ${file}\n`);
  }
  const told = JSON.parse(whole.stdout) as { seconds: number; visited: number };
  expect(told.visited).toBeGreaterThan(50);
  const same = { ...told, seconds: 0, visited: told.visited + MORE };
  expect({ ...JSON.parse(result.stdout), seconds: 0 }).toEqual(same);
  expect(await readdir(directory)).toEqual(['state.json']);
});

test('says how many states it visited, how many a second and how many are left', async () => {
  const signals = new EventEmitter();
  signals.once('newListener', () => setTimeout(() => signals.emit('SIGINT'), 600));

  const whole = await runCli(PART);
  const ended = await runCli([...PART.slice(0, 3), '--state', file], { signals });

  expect(whole.stdout).toMatch(/^strict: no violation; \d+ states after a fault, .*a second\n$/);
  expect(ended.stderr).toMatch(/: interrupted after .*( left, .* min|looking at state .*);/);
});

test.each([
  ['nothing that it wrote', '{}', 'not a search of version'],
  ['another search', '', 'is of another search'],
])('does not go on from %s', async (_what, text, reason) => {
  if (text === '') await runInterrupted([...PART, '--state', file], 0);
  else await writeFile(file, text);

  const result = await runCli(['faults', '--length', '2', '--state', file]);

  expect(result.exitCode).not.toBe(0);
  expect(result.stderr).toContain(reason);
});
