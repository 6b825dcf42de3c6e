/**
 * Establishes that the packed package is well-formed, has right types, and works from an empty
 * project, with and without koffi. The check is a script, so that a release runs the same one.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const SCRIPT = fileURLToPath(new URL('../../../scripts/package-check.mjs', import.meta.url));
const MINUTES_5 = 300_000;

it('packs, lints, and works from every entry in an empty project', { timeout: MINUTES_5 }, () => {
  // The build is there already; making it again would take it away from other tests.
  const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT, '--no-build'], {
    encoding: 'utf8',
  });

  expect(`${stdout}${status === 0 ? '' : stderr}`).toContain('work from an empty project');
  expect(stdout).toContain('publint has nothing to say');
  expect(stdout).toContain('attw accepts the types of . ./domain ./ports ./fake ./linux ./oracle');
  expect(stdout).toContain('a program that uses every entry has right types');
  expect(status).toBe(0);
});
