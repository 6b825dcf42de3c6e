/**
 * Shows `overlay2-ref check` as its users call it: exit codes, reports for people and for
 * machines, and that nothing is left behind.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const BIN = resolve('bin/overlay2-ref');
const SMALL = ['--layers', '2', '--files', '150'];
let parent: string;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'overlay2-ref-command-'));
});

afterEach(() => {
  rmSync(parent, { recursive: true, force: true });
});

function check(...args: string[]): { code: number | null; out: string; err: string } {
  const argv = [BIN, 'check', ...args, '--home-parent', parent];
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8' });
  return { code: status, out: stdout, err: stderr };
}

describe('overlay2-ref check', () => {
  it.each(['moby-2019', 'strict'])(
    'agrees with %s and leaves nothing behind',
    (profile) => {
      const runs = ['--runs', '10', '--seed', '1'];
      const { code, out, err } = check('builtin:linux', ...SMALL, '--profile', profile, ...runs);

      expect({ code, err }).toEqual({ code: 0, err: '' });
      const [real, seed, generated] = out.trimEnd().split('\n').slice(-3);
      const agrees = `^builtin:linux agrees with ${profile}: `;
      expect(real).toMatch(new RegExp(`${agrees}\\d+ entries, \\d+ answers in [\\d.]+ s$`));
      expect(seed).toBe('seed 1');
      expect(generated).toMatch(new RegExp(`${agrees}10 sequences, \\d+ operations in `));
      expect(readdirSync(parent)).toEqual([]);
      expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(parent);
    },
    120_000,
  );

  it('gives one JSON document on the new mount API', () => {
    const { code, out } = check(...SMALL, '--backend', 'fsopen', '--json', '--runs', '0');

    expect(code).toBe(0);
    const document = JSON.parse(out) as { agrees: boolean; steps: { name: string }[] };
    expect(document.agrees).toBe(true);
    expect(document.steps.map(({ name }) => name)).toContain('play the golden session');
  }, 120_000);

  it('refuses a target that it does not know', () => {
    const { code, out, err } = check('builtin:unheard-of');

    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('unknown target builtin:unheard-of');
    expect(err.trimEnd()).not.toContain('\n');
  });

  it('tells an ordinary user what to do', () => {
    const child = spawnSync(process.execPath, [BIN, 'check', 'builtin:linux', ...SMALL], {
      encoding: 'utf8',
      uid: 65534,
      gid: 65534,
    });

    expect({ code: child.status, out: child.stdout }).toEqual({ code: 3, out: '' });
    expect(child.stderr).toBe(
      'overlay2-ref check builtin:linux: mounting an overlay takes root: run it with sudo\n',
    );
  });

  it('cleans up when it is interrupted', async () => {
    const argv = [BIN, 'check', ...SMALL, '--home-parent', parent];
    const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.once('data', () => child.kill('SIGTERM'));

    const code = await new Promise((done) => child.once('exit', done));

    expect(code).toBe(143);
    expect(readdirSync(parent)).toEqual([]);
  }, 120_000);
});
