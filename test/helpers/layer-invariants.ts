/** What holds in a home between calls, whatever happened: section by section of the reference. */
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';

/** Asserts that links, layers, lowers and marks of a home agree and that nothing else is there. */
export function assertHomeIsSound(home: string): void {
  const names = readdirSync(home).filter((name) => name !== 'l' && name !== 'backingFsBlockDev');
  const layers = names.filter((name) => lstatSync(join(home, name)).isDirectory());
  expect(names.filter((name) => name.startsWith('.'))).toEqual([]);
  expect(layers).toEqual(names);

  const links = new Map(layers.map((id) => [readText(home, id, 'link'), id]));
  const symlinks = readdirSync(join(home, 'l'));
  expect([...links.keys()].sort()).toEqual(symlinks.sort());
  for (const [link, id] of links) {
    expect(readlinkSync(join(home, 'l', link))).toBe(`../${id}/diff`);
    assertChainIsSound(home, id, links);
  }
}

/** A lower is the parent's link and the parent's own lower; and a parent is committed. */
function assertChainIsSound(home: string, id: string, links: ReadonlyMap<string, string>): void {
  const layer = readdirSync(join(home, id));
  expect(layer).toContain('diff');
  expect(layer.includes('work')).toBe(layer.includes('lower'));
  if (!layer.includes('lower')) return;
  const [first = '', ...rest] = readText(home, id, 'lower').split(':');
  const parent = links.get(first.replace(/^l\//, ''));
  expect(parent).toBeDefined();
  const below = join(home, String(parent), 'lower');
  expect(rest.join(':')).toBe(existsSync(below) ? readFileSync(below, 'utf8') : '');
  expect(existsSync(join(home, String(parent), 'committed'))).toBe(true);
}

function readText(home: string, id: string, name: string): string {
  return readFileSync(join(home, id, name), 'utf8');
}
