/**
 * Establishes that the list of modelled files in moby.lock.json is whole, by looking up each moby
 * file that a docstring of src names as its source.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ROOT } from './dependency-rules.js';
import { readSourceFiles } from './source-files.js';

interface MobyLock {
  readonly commit: string;
  readonly modelled: readonly string[];
}

const lock = JSON.parse(readFileSync(`${ROOT}/moby.lock.json`, 'utf8')) as MobyLock;

/**
 * The moby files of `@source moby overlay2/overlay.go Get, pkg/mount/mount.go Mounted`. Sources
 * other than moby stand behind a semicolon.
 */
function findMobySources(text: string): readonly string[] {
  const lines = [...text.matchAll(/@source moby ([^;\n]*)/g)].map(([, line]) => line ?? '');
  return lines.flatMap((line) => line.match(/(?:[\w-]+\/)+[\w-]+\.go/g) ?? []);
}

const isModelled = (source: string): boolean =>
  lock.modelled.some((file) => `/${file}`.endsWith(`/${source}`));

describe('moby.lock.json', () => {
  it('pins a whole commit', () => {
    expect(lock.commit).toMatch(/^[0-9a-f]{40}$/);
  });

  it('lists every moby file that src names as a source', () => {
    const sources = new Set(readSourceFiles(['src']).flatMap(({ text }) => findMobySources(text)));

    expect(sources.size).toBeGreaterThan(0);
    expect([...sources].filter((source) => !isModelled(source))).toEqual([]);
  });

  it('is compared by whole path components', () => {
    const text = ' * @source moby overlay2/overlay.go Get, y2/overlay.go Put; Go os/path.go';

    expect(findMobySources(text)).toEqual(['overlay2/overlay.go', 'y2/overlay.go']);
    expect(findMobySources(text).map(isModelled)).toEqual([true, false]);
  });
});
