/**
 * Establishes that the repository speaks of itself alone: no file names a machine's paths or the
 * host that packages happened to come from, and the lock file resolves against any registry.
 */
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from './dependency-rules.js';
import { listFiles } from './source-files.js';

const FOREIGN: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['a path of one machine', /(^|["'`\s(])\/(work|root|Users)\//m],
  ['a folder beside the repository', /\.\.\/shared\b|(^|["'`\s(])shared\/(reference|seeds|tools)/m],
  ['a registry host', /\bregistry\.[a-z]|\bnpmjs\.(org|com)|"resolved":/],
];

function findForeign(text: string): readonly string[] {
  return FOREIGN.filter(([, pattern]) => pattern.test(text)).map(([what]) => what);
}

describe('the repository', () => {
  it('names nothing outside of itself', () => {
    const found = listFiles(ROOT)
      .filter((path) => path !== import.meta.filename)
      .flatMap((path) => {
        const name = relative(ROOT, path);
        return findForeign(readFileSync(path, 'utf8')).map((what) => `${name} names ${what}`);
      });

    expect(found).toEqual([]);
  });
});

describe('the self-containment check', () => {
  it.each([
    ['a path of one machine', "const home = '/work/somewhere';"],
    ['a path of one machine', '/root/notes.md'],
    ['a folder beside the repository', 'see ../shared/notes.md'],
    ['a folder beside the repository', 'see `shared/reference/notes.md`'],
    ['a registry host', 'https://registry.example.org/koffi'],
    ['a registry host', '"resolved": "https://example.org/x.tgz"'],
  ])('reports %s in %s', (what, text) => {
    expect(findForeign(text)).toEqual([what]);
  });

  it.each([
    ['the work directory of a layer', 'workdir=/home/id/work/work'],
    ['a shared mount', 'shared/private propagation'],
  ])('passes %s', (_what, text) => {
    expect(findForeign(text)).toEqual([]);
  });
});
