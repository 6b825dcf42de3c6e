// Establishes that what `check --trace` writes down is a history that `trace` judges as the check
// did: one that agrees is allowed, and where an answer diverged that answer is accused.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCli } from '../../../helpers/cli-streams.js';

const SEQUENCES = 12;

describe('check --trace', { timeout: 60_000 }, () => {
  let place: string;
  let file: string;

  beforeEach(() => {
    place = mkdtempSync(join(tmpdir(), 'check-trace-'));
    file = join(place, 'calls.ndjson');
  });

  afterEach(() => {
    rmSync(place, { recursive: true });
  });

  const check = (...options: readonly string[]) =>
    runCli(['check', 'builtin:fake', '--runs', String(SEQUENCES), '--seed', '2', ...options]);

  it.each(['moby-2019', 'strict'])('writes histories that %s allows', async (profile) => {
    const judged = await check('--profile', profile, '--trace', file);
    const heads = readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line.includes('"trace":1'));
    const traced = await runCli(['trace', file]);

    expect(judged.stdout).toContain('skipped callers that take turns');
    expect(judged.exitCode).toBe(0);
    expect(heads).toHaveLength(SEQUENCES);
    expect(traced.stdout).toContain(`the history is one that ${profile} allows`);
    expect(traced.exitCode).toBe(0);
  });

  it('writes a history in which the answer that diverged is accused', async () => {
    const rules = ['--profile', 'moby-2019', '--judge-profile', 'strict'];
    const judged = await check(...rules, '--trace', file);
    const traced = await runCli(['trace', file]);

    expect(judged.exitCode).toBe(1);
    expect(traced.stdout).toContain('no order of the calls that strict allows');
    expect(traced.exitCode).toBe(1);
  });

  it('says in one line that a file cannot be written', async () => {
    const { exitCode, stderr } = await check('--trace', join(place, 'none', 'calls.ndjson'));

    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain('calls.ndjson');
    expect(exitCode).toBe(1);
  });
});
