/** Establishes, booting nothing, that the scripts parse and refuse bad input in one line. */
import { spawnSync } from 'node:child_process';
import {
  accessSync,
  constants,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const VAGRANT = fileURLToPath(new URL('../../../vagrant', import.meta.url));
const USAGE = 2;
const HOST_CANNOT = 3;
const NOT_TO_BE_HAD = 4;
const MINUTE = 60_000;

const scripts = readdirSync(VAGRANT, { recursive: true, encoding: 'utf8' })
  .filter((path) => statSync(join(VAGRANT, path)).isFile())
  .filter((path) => readFileSync(join(VAGRANT, path), 'utf8').startsWith('#!'));

let cache = '';

beforeAll(() => {
  cache = mkdtempSync(join(tmpdir(), 'overlay2-ref-scripts-'));
});

afterAll(() => rmSync(cache, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function run(script: string, argv: readonly string[], env: Record<string, string> = {}): Ended {
  const { status, stdout, stderr } = spawnSync(join(VAGRANT, script), argv, {
    encoding: 'utf8',
    timeout: MINUTE,
    // What is wrongly let through must not build into the user's cache.
    env: { ...process.env, OVERLAY2_REF_CACHE: cache, ...env },
  });
  return { code: status, out: stdout, err: stderr };
}

/** The programs that run-vm asks for before it looks at the kernel's name. */
const everything = ['qemu-system-x86_64', 'mksquashfs', 'mkfs.ext4', 'setpriv'];
const missing = everything.filter(
  (name) => spawnSync('sh', ['-c', `PATH=$PATH:/usr/sbin command -v ${name}`]).status !== 0,
);

describe('every script', { timeout: MINUTE }, () => {
  it('is found', () => {
    expect(scripts).toEqual(expect.arrayContaining(['run-vm', 'run-vagrant', 'libvirt']));
    expect(scripts.length).toBeGreaterThan(8);
  });

  it.each(scripts)('%s can be run, and parses', (script) => {
    const path = join(VAGRANT, script);
    accessSync(path, constants.X_OK);
    const { status, stderr } = spawnSync('bash', ['-n', path], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });
});

// Each starts a shell and a few processes of Node: slow where the machine has other work.
describe('bad input', { timeout: 2 * MINUTE }, () => {
  it.each([
    ['run-vm', [], /give a kernel/],
    ['run-vm', ['6.1'], /give a command after --/],
    ['run-vm', ['6.1', '--'], /give a command after --/],
    ['run-vm', ['6.1', '--cpus', '0', '--', 'true'], /--cpus wants a number above 0, not '0'/],
    ['run-vm', ['6.1', '--timeout', '1h', '--', 'true'], /--timeout wants a number/],
    ['run-vm', ['6.1', '--disk', 'big', '--', 'true'], /--disk wants a size/],
    ['run-vm', ['6.1', '--src', '/nonexistent', '--', 'true'], /there is no \/nonexistent/],
    ['run-vm', ['6.1', '--colour', 'red', '--', 'true'], /no option --colour/],
    ['run-vagrant', [], /give a kernel/],
    ['run-vagrant', ['6.1', '--timeout', 'long', '--', 'true'], /--timeout wants a number/],
    ['run-vagrant', ['7.99', '--', 'true'], /no kernel 7\.99; there are: 5\.10 /],
    ['run-vagrant', ['6.1', '--append', 'quiet', '--', 'true'], /needs OVERLAY2_REF_LOCAL/],
    ['libvirt', ['restart'], /give start, stop/],
    ['libvirt', ['exec', 'true'], /does not run/],
    ['box/build-root', ['6.1'], /takes no arguments/],
    ['box/build-kernel', [], /give the name of one kernel/],
    ['box/build-kernel', ['7.99'], /no kernel 7\.99; there are: 5\.10 /],
  ])('%s %j gets one line and exit 2', (script, argv, text) => {
    const { code, out, err } = run(script, argv, { OVERLAY2_REF_LOCAL: '' });
    expect(err).toMatch(text);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
    expect(out).toBe('');
    expect(code).toBe(USAGE);
  });

  it('tells a kernel that no Debian package gives from one that nobody knows', () => {
    const { code, err } = run('box/build-kernel', ['6.8']);
    expect(err).toMatch(/^build-kernel: kernel 6\.8 has a public Vagrant box alone[^\n]*\n$/);
    expect(code).toBe(NOT_TO_BE_HAD);
  });

  it.skipIf(missing.length > 0)(
    `run-vm refuses an unknown kernel, too (skips without ${everything.join(', ')})`,
    () => {
      const { code, err } = run('run-vm', ['7.99', '--', 'true']);
      expect(err).toMatch(/^run-vm: no kernel 7\.99; there are: [^\n]*\n$/);
      expect(code).toBe(USAGE);
    },
  );
});

it('names the packages of programs that are missing, in one line', { timeout: MINUTE }, () => {
  const script = `source ${VAGRANT}/box/lib.sh; need no-such-tool=its-package bash=bash`;
  const { status, stderr } = spawnSync('bash', ['-c', script, 'name'], { encoding: 'utf8' });
  expect(stderr).toBe(
    'name: not installed: no-such-tool; try: apt-get install --no-install-recommends its-package\n',
  );
  expect(status).toBe(HOST_CANNOT);
});
