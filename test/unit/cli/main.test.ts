/** Shows what the command line refuses before it touches a home, by running it in this process. */
import { expect, test } from 'vitest';
import { runCli } from '../../helpers/cli-streams.js';

const HOME = ['--home', '/nonexistent/overlay2-ref'];

test('prints help on standard output and exits 0', async () => {
  const result = await runCli(['layer', 'mount', '--help']);

  expect(result).toMatchObject({ exitCode: 0, stderr: '' });
  expect(result.stdout).toContain('Usage: overlay2-ref layer mount');
});

test('prints the version of the package', async () => {
  const result = await runCli(['--version']);

  expect(result.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect(result.exitCode).toBe(0);
});

test.each([
  [[], 'overlay2-ref: a command is needed; see --help\n'],
  [['layer'], 'overlay2-ref: a command is needed; see --help\n'],
  [['layers'], "overlay2-ref: unknown command 'layers' (Did you mean layer?)\n"],
  [['layer', 'ls'], "overlay2-ref: required option '--home <dir>' not specified\n"],
  [['layer', 'mount', ...HOME], "overlay2-ref: missing required argument 'id'\n"],
  [
    ['layer', 'ls', ...HOME, 'x'],
    "overlay2-ref: too many arguments for 'ls'. Expected 0 arguments but got 1.\n",
  ],
  [['layer', 'ls', ...HOME, '--zzzzzzz'], "overlay2-ref: unknown option '--zzzzzzz'\n"],
])('refuses the command line %j with exit code 2 and one line', async (argv, line) => {
  const result = await runCli(argv);

  expect(result).toMatchObject({ exitCode: 2, stdout: '', stderr: line });
});

test.each([
  [['--profile', 'lax'], "'lax' is invalid. Allowed choices are moby-2019, moby-20.10, strict."],
  [['--backend', 'fuse'], "'fuse' is invalid. Allowed choices are mount2, fsopen."],
  [['--opt', 'size'], "'size' is invalid. It is not key=value."],
  [['--uid-map', '0:1'], "'0:1' is invalid. It is not container:host:size."],
  [['--gid-map', '0:4294967290:9'], 'It goes beyond the last id.'],
  [['--wait', 'soon'], "'soon' is invalid. It is not a number of seconds."],
])('refuses the value in %j', async (options, reason) => {
  const result = await runCli(['layer', 'ls', ...HOME, ...options]);

  expect(result).toMatchObject({ exitCode: 2, stdout: '' });
  expect(result.stderr).toContain(reason);
  expect(result.stderr.split('\n')).toHaveLength(2);
});

test('tells a wrong command line as JSON where that is asked for', async () => {
  const result = await runCli(['layer', 'ls', '--json']);

  expect(result).toMatchObject({ exitCode: 2, stdout: '' });
  expect(JSON.parse(result.stderr)).toEqual({
    error: { code: 'usage', message: "required option '--home <dir>' not specified" },
  });
});

test('does not read an archive from a terminal', async () => {
  const result = await runCli(['layer', 'apply', ...HOME, 'x'], { stdinIsTty: true });

  expect(result).toMatchObject({ exitCode: 2, stdout: '' });
  expect(result.stderr).toBe(
    'overlay2-ref layer apply x: the archive comes from standard input, which is a terminal here\n',
  );
});

test('does not write an archive to a terminal', async () => {
  const result = await runCli(['layer', 'diff', ...HOME, 'x'], { stdoutIsTty: true });

  expect(result).toMatchObject({ exitCode: 2, stdout: '' });
});

test.each(['create', 'apply', 'changes', 'mount', 'umount', 'rm'])(
  'says that layer %s needs root, with exit code 3',
  async (command) => {
    const result = await runCli(['layer', command, ...HOME, 'x'], { euid: 1000 });

    expect(result).toMatchObject({ exitCode: 3, stdout: '' });
    expect(result.stderr).toMatch(new RegExp(`^overlay2-ref layer ${command} x: .*sudo\n$`));
  },
);
