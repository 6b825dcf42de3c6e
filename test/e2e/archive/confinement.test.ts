/**
 * Establishes that neither unpacker leaves its tree and that open directories which it keeps never
 * outlive what they were opened for: archives replace directories by symlinks and symlinks by
 * directories in the middle of writing through them, and the tree and its surroundings are listed.
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ExtractionPlace } from '../../helpers/extraction-place.js';
import { rawTar, type RawEntry } from '../../helpers/raw-tar.js';
import { withMessage } from '../../helpers/with-message.js';

let place: ExtractionPlace;
let outside: readonly string[];

beforeEach(async () => {
  place = new ExtractionPlace();
  outside = await place.outside();
});

afterEach(async () => {
  try {
    expect(await place.outside()).toEqual(outside);
  } finally {
    await place.remove();
  }
});

const file = (name: string, content = name): RawEntry => ({ name, content });
const dir = (name: string): RawEntry => ({ name, type: '5', mode: 0o755 });
const symlink = (name: string, link: string): RawEntry => ({ name, type: '2', link });
const hardLink = (name: string, link: string): RawEntry => ({ name, type: '1', link });

const ERRORS = {
  native: 'Error processing tar file(exit status 1): ',
  layer: 'ApplyLayer exit status 1 stdout:  stderr: ',
};

describe.each(['native', 'layer'] as const)('the %s unpacker', (unpacker) => {
  const apply = (...entries: readonly RawEntry[]): Promise<unknown> =>
    place[unpacker](rawTar(...entries));
  const refused = (text: string): unknown => withMessage(ERRORS[unpacker] + text);

  it('puts what climbs out at the root', async () => {
    await apply(file('../a'), file('/b'), file('d/../../../c'));

    const names = ['a ../a', 'b /b', 'c d/../../../c'];
    const expected = names.map((name) => {
      const [at, content] = name.split(' ');
      return `reg 0644 0:0 ${at} = ${content}`;
    });
    expect((await place.dump()).filter((line) => line.startsWith('reg'))).toEqual(expected);
  });

  it('follows symlinks inside the tree alone', async () => {
    await apply(dir('real'), symlink('up', '../../real'), file('up/x'), symlink('abs', '/real'));
    await apply(file('abs/y'));

    expect(await place.dump('real')).toEqual([
      'reg 0644 0:0 real/x = up/x',
      'reg 0644 0:0 real/y = abs/y',
    ]);
  });

  it('does not write through a symlink that leads nowhere inside', async () => {
    const scratch = join(place.tree, '..');

    await expect(apply(symlink('s', scratch), file('s/x'))).rejects.toEqual(
      refused('open /s/x: no such file or directory'),
    );
    expect(await place.dump()).toHaveLength(1);
  });

  it('replaces a symlink instead of writing to its target', async () => {
    await apply(file('target'), symlink('s', 'target'), file('s', 'new'));

    expect(await place.dump()).toEqual(['reg 0644 0:0 s = new', 'reg 0644 0:0 target = target']);
  });

  it('goes through what stands where a directory stood', async () => {
    await apply(dir('a'), dir('b'), file('a/1'), symlink('a', 'b'), file('a/2'));

    expect((await place.dump()).map((line) => line.split(' ').slice(3).join(' '))).toEqual([
      'a -> b',
      'b',
      'b/2 = a/2',
    ]);
  });

  it('goes through a directory that stands where a symlink stood', async () => {
    await apply(dir('b'), symlink('a', 'b'), file('a/1'), dir('a'), file('a/2'));

    expect((await place.dump()).map((line) => line.split(' ').slice(3).join(' '))).toEqual([
      'a',
      'a/2 = a/2',
      'b',
      'b/1 = a/1',
    ]);
  });

  it('forgets a directory whose parent was replaced', async () => {
    await apply(dir('p'), dir('p/q'), file('p/q/1'), file('p'), dir('p'), file('p/q/2'));

    expect((await place.dump('p')).map((line) => line.split(' ').slice(3).join(' '))).toEqual([
      'p/q',
      'p/q/2 = p/q/2',
    ]);
  });

  it('keeps many directories in turn', async () => {
    const names = Array.from({ length: 100 }, (_, i) => `d${i}`);
    const entries = [1, 2].flatMap((round) => names.map((name) => file(`${name}/${round}`)));

    await apply(...entries);

    const files = (await place.dump()).filter((line) => line.startsWith('reg'));
    expect(files).toHaveLength(200);
  });

  it('links hard only what is in the tree', async () => {
    await expect(apply(hardLink('h', '../canary'))).rejects.toEqual(
      refused('link /canary /h: no such file or directory'),
    );
    await expect(apply(file('x'), hardLink('x', 'x'))).rejects.toEqual(
      refused('link /x /x: no such file or directory'),
    );
    await expect(apply(dir('d'), hardLink('h', 'd'))).rejects.toEqual(
      refused('link /d /h: operation not permitted'),
    );
  });

  it('links a symlink itself and leaves its mode and times alone', async () => {
    await apply(file('t'), symlink('s', 't'), { ...hardLink('h', 's'), mode: 0o600 });

    expect((await place.dump()).at(-1)).toBe('reg 0644 0:0 t = t');
    expect((await place.dump()).at(0)).toBe('lnk 0777 0:0 n=2 h -> t');
  });

  it('refuses to replace the root and empties it', async () => {
    await expect(apply(file('a'), file('..'))).rejects.toEqual(
      refused('unlinkat .//: device or resource busy'),
    );
    expect(await place.dump()).toEqual([]);
  });

  it('tells of symlinks in a circle and of files on the way', async () => {
    await expect(apply(symlink('a', 'b'), symlink('b', 'a'), file('a/x'))).rejects.toEqual(
      refused('open /a/x: too many levels of symbolic links'),
    );
    await expect(apply(file('f'), file('f/y/x'))).rejects.toEqual(
      refused('open /f/y/x: not a directory'),
    );
    await expect(apply(symlink('s', 'gone'), file('s/p/q'))).rejects.toEqual(
      refused('mkdir /s: file exists'),
    );
  });

  it('gives what replaced a directory its times', async () => {
    await apply(dir('d'), file('d'));

    // A file is not accessed before it was modified; a directory is.
    const { atimeMs, mtimeMs } = statSync(join(place.tree, 'd'));
    expect([atimeMs, mtimeMs]).toEqual([0, 1_500_000_000_000]);
  });

  it('gives the target of a symlink that replaced a directory its times', async () => {
    await apply(dir('d'), file('f'), symlink('d', 'f'));

    expect(statSync(join(place.tree, 'f')).atimeMs).toBe(0);
  });
});
