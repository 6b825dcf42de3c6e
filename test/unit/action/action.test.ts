/** Shows that the GitHub Action has the inputs that it uses, and uses those that it has. */
import { readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

const TEXT = readFileSync('action.yml', 'utf8');
const INPUTS = [...(/^inputs:\n((?: .*\n)+)/m.exec(TEXT)?.[1] ?? '').matchAll(/^ {2}([\w-]+):$/gm)];

describe('action.yml', () => {
  it('is composite, names every input once and uses each', () => {
    const named = INPUTS.map(([, name]) => name);
    const used = [...TEXT.matchAll(/\$\{\{ inputs\.([\w-]+) \}\}/g)].map(([, name]) => name);

    expect(TEXT).toMatch(/^runs:\n {2}using: composite\n {2}steps:\n/m);
    expect(named).toEqual(expect.arrayContaining(['target', 'profile', 'time', 'known']));
    expect(new Set(used)).toEqual(new Set(named));
    expect(new Set(named).size).toBe(named.length);
    expect(TEXT).toContain('>> "$GITHUB_STEP_SUMMARY"');
  });

  it('puts no input into a script, where it would be run', () => {
    const scripts = [...TEXT.matchAll(/^ {6}run: (?:\|\n((?: {8}.*\n)+)|(.*)\n)/gm)];

    expect(scripts.length).toBe(2);
    for (const [, many = '', one = ''] of scripts) {
      expect(`${many}${one}`).not.toContain('${{');
      const { status } = spawnSync('bash', ['-n'], { input: many + one });
      expect(status).toBe(0);
    }
  });
});
