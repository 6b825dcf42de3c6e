/** Establishes that `npm run plugin-load` works, tells what it found, and refuses bad options. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const SCRIPT = fileURLToPath(new URL('../../../scripts/plugin-load.mjs', import.meta.url));

function run(...words: readonly string[]) {
  return spawnSync(process.execPath, [SCRIPT, ...words], { encoding: 'utf8' });
}

describe('plugin-load', () => {
  it('makes, uses and removes layers by several callers, and leaves nothing', () => {
    const words = ['--minutes', '0.03', '--callers', '4', '--layers', '8', '--in-memory', '--json'];
    const { status, stdout, stderr } = run(...words);

    expect([status, stderr]).toEqual([0, '']);
    const figures = JSON.parse(stdout) as Record<string, unknown>;
    expect(figures).toMatchObject({
      isGood: true,
      errors: 0,
      left: { mounts: 0, layers: 0, links: 0, exitCode: 0 },
    });
    expect(figures['made']).toBeGreaterThanOrEqual(12);
    expect(Object.keys(figures['ms'] as object).sort()).toEqual(
      ['ApplyDiff', 'Changes', 'Create', 'CreateReadWrite', 'Diff', 'Get', 'Put', 'Remove'].sort(),
    );
  });

  it.each([
    ['--minutes', 'x'],
    ['--callers', '0'],
    ['--layers', '1'],
    ['--profil', 'strict'],
  ])('refuses %s %s in one line', (...words) => {
    const { status, stderr } = run(...words);

    expect(status).toBe(2);
    expect(stderr).toMatch(/^plugin-load: .*\n$/);
  });
});
