/** Shows that `doctor` finds on this machine what other tools find, and leaves nothing behind. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Finding } from '../../../src/composition.js';
import { runCli } from '../../helpers/cli-streams.js';

const QUESTIONS =
  'kernel, root, in a user namespace, overlay mount, overlay, backing file system, d_type, ' +
  'native diff, index, redirect_dir, metacopy, xino, userxattr, new mount API, lowerdir+, ' +
  'openat2, project quota, SELinux, page size, koffi';

let scratch = '';

beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'overlay2-ref-doctor-test-'));
});

afterEach(() => rmSync(scratch, { recursive: true, force: true }));

async function examine(...argv: readonly string[]): Promise<Map<string, Finding>> {
  const { exitCode, stdout } = await runCli(['doctor', '--json', ...argv]);
  expect(exitCode).toBe(0);
  const { findings } = JSON.parse(stdout) as { findings: Finding[] };
  return new Map(findings.map((finding) => [finding.name, finding]));
}

it('answers every question with yes, no or unknown, and names the probe', async () => {
  const findings = await examine();

  expect([...findings.keys()].sort()).toEqual(QUESTIONS.split(', ').sort());
  for (const { answer, probe } of findings.values()) {
    expect(['yes', 'no', 'unknown']).toContain(answer);
    expect(probe).not.toBe('');
  }
});

it('agrees with what the system says itself', async () => {
  const findings = await examine();

  expect(findings.get('kernel')?.value).toBe(release());
  expect(findings.get('overlay mount')?.answer).toBe('yes');
  const pageSize = execFileSync('getconf', ['PAGESIZE'], { encoding: 'utf8' }).trim();
  expect(findings.get('page size')?.value).toBe(`${pageSize} bytes`);
});

it('looks at the file system of a home, there or not, and does not touch it', async () => {
  const findings = await examine('--home', join(scratch, 'none'));

  expect(findings.get('backing file system')?.probe).toBe(`statfs of ${scratch}`);
  expect(findings.get('d_type')).toMatchObject({ answer: 'unknown', value: 'it is empty' });
  expect(readdirSync(scratch)).toEqual([]);
});

it('gives the magic of a file system without a name', async () => {
  const findings = await examine('--home', '/sys');

  expect(findings.get('backing file system')?.value).toMatch(/^magic 0x62656572$/);
});

it('leaves no mount and no directory behind', async () => {
  const mounts = (): string => readFileSync('/proc/self/mountinfo', 'utf8');
  const leftovers = (): string[] =>
    readdirSync(tmpdir()).filter((name) => /^overlay2-ref-doctor\d/.test(name));
  const before = [mounts(), leftovers()];

  await runCli(['doctor']);

  expect([mounts(), leftovers()]).toEqual(before);
});

it('exits with 3 where overlay cannot be mounted, and tells what it could not find out', () => {
  const bin = join(import.meta.dirname, '../../../bin/overlay2-ref');
  const nobody = 65_534;

  const { status, stdout } = spawnSync(process.execPath, [bin, 'doctor', '--json'], {
    encoding: 'utf8',
    uid: nobody,
    gid: nobody,
  });

  expect(status).toBe(3);
  const { canMount, findings } = JSON.parse(stdout) as { canMount: boolean; findings: Finding[] };
  const answers = new Map(findings.map(({ name, answer }) => [name, answer]));
  expect(canMount).toBe(false);
  expect(Object.fromEntries(answers)).toMatchObject({
    root: 'no',
    'overlay mount': 'no',
    'new mount API': 'unknown',
    index: 'unknown',
    openat2: 'yes',
  });
});
