/** Shows what `check` refuses of stores before it starts anything: one line, exit code 2. */
import { expect, test } from 'vitest';
import { runCli } from '../../../helpers/cli-streams.js';

test.each([
  [['containers-storage:'], 'containers-storage: needs a directory, as containers-storage:DIR'],
  [['containers-storage:/nonexistent/o2r'], '/nonexistent/o2r is no directory'],
  [['builtin:fake'], 'builtin:fake cannot answer as containers-storage does'],
  [['builtin:linux'], 'builtin:linux cannot answer as containers-storage does'],
])('refuses %j in the profile containers-storage', async (target, line) => {
  const argv = ['check', ...target, '--profile', 'containers-storage'];
  const { exitCode, stdout, stderr } = await runCli(argv);

  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toContain(line);
  expect(stderr.trimEnd()).not.toContain('\n');
});

test.each([['layer', 'ls', '--home', '/nonexistent/o2r'], ['faults']])(
  'refuses the profile where a driver would have to be of it: %s',
  async (...argv) => {
    const { exitCode, stderr } = await runCli([...argv, '--profile', 'containers-storage']);

    expect(exitCode).toBe(2);
    expect(stderr).toContain('Allowed choices are moby-2019, moby-20.10, strict');
  },
);
