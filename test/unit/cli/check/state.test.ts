/** Shows that a check which is interrupted tells so, and goes on to the same end. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { EventEmitter } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CheckReport } from '../../../../src/oracle/report/check-report.js';
import { runCli } from '../../../helpers/cli-streams.js';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'overlay2-ref-state-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

const CHECK = ['check', 'builtin:fake', '--profile', 'moby-2019', '--judge-profile', 'strict'];
const SOUND = ['--seed', '3', '--faults', 'off', '--concurrency', 'off', '--length', '6'];

describe('check --known', () => {
  it('writes what it found, lets it pass then, and fails where it no longer happens', async () => {
    const file = join(directory, 'known.json');
    const args = [...CHECK, ...SOUND, '--runs', '25', '--known', file];
    const before = await runCli([...CHECK, ...SOUND, '--runs', '25']);
    const missing = await runCli(args);
    const updated = await runCli([...args, '--update']);
    const after = await runCli(args);
    const few = [...CHECK, ...SOUND, '--runs', '1', '--known', file];
    const stale = await runCli(few);

    expect([before.exitCode, missing.exitCode, updated.exitCode]).toEqual([1, 2, 0]);
    expect(after.exitCode).toBe(0);
    expect(after.stdout).toContain('known: not explained yet');
    expect(stale.exitCode).toBe(1);
    expect(stale.stdout).toContain('listed as known, and did not happen: ');
    expect(JSON.parse(readFileSync(file, 'utf8'))).not.toEqual([]);
  }, 60_000);
});

describe('check --state', () => {
  it('leaves no file of a check that came to its end', async () => {
    const file = join(directory, 'state.json');
    const ended = await runCli([...CHECK, ...SOUND, '--runs', '2', '--state', file]);

    expect(ended.stderr).toBe('');
    expect(existsSync(file)).toBe(false);
  });
});

describe('an interrupted check', () => {
  it('says so, and goes on to the end that it would have come to', async () => {
    const file = join(directory, 'state.json');
    const args = [...CHECK, ...SOUND, '--runs', '120', '--json'];
    const whole = await runCli(args);
    const signals = new EventEmitter();
    setTimeout(() => signals.emit('SIGINT'), 300);
    const cut = await runCli([...args, '--state', file], { signals });
    const other = await runCli([...args, '--state', file, '--length', '7']);
    const rest = await runCli([...args, '--state', file]);

    expect(cut.exitCode).toBe(130);
    expect(cut.stderr).toContain(`interrupted by SIGINT; the same command goes on from ${file}`);
    expect(sequencesOf(cut.stdout).interrupted).toBe(true);
    expect(other.exitCode).toBe(2);
    expect(other.stderr).toContain('is of another check: lengthMax was 6 and is 7');
    const [a, b] = [sequencesOf(whole.stdout), sequencesOf(rest.stdout)];
    expect([b.sequences, b.operations, b.cells]).toEqual([a.sequences, a.operations, a.cells]);
    expect(b.faults.map(({ fault }) => fault)).toEqual(a.faults.map(({ fault }) => fault));
    expect(b.interrupted).toBeUndefined();
  }, 120_000);
});

function sequencesOf(stdout: string): CheckReport {
  return (JSON.parse(stdout) as { sequences: CheckReport }).sequences;
}

describe('check --repro', () => {
  it('writes a script and its data for each fault', async () => {
    const out = await runCli([...CHECK, ...SOUND, '--runs', '25', '--repro', directory]);

    expect(out.stdout).toContain(`scripts: ${directory}/01-`);
  }, 60_000);
});
