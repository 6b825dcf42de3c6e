/**
 * Establishes which engine answers a diff method, that a naive archive holds its mount until it is
 * read, returned or failed, and that both engines carry the same changes.
 */
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MOBY_2019 } from '../../../src/domain/profiles/moby-2019.js';
import { STRICT } from '../../../src/domain/profiles/strict.js';
import type { OverlayDriver } from '../../../src/driver/driver.js';
import { archiveOf, collect, namesOf } from '../../helpers/archives.js';
import { failure } from '../../helpers/part-of.js';
import { TestHome } from '../../helpers/test-home.js';
import { withMessage } from '../../helpers/with-message.js';

let place: TestHome;
let driver: OverlayDriver;

beforeEach(() => {
  place = new TestHome();
});

afterEach(() => place.remove());

const at = (path: string): string => join(place.home, path);

describe.each([MOBY_2019, STRICT])('in $name', (profile) => {
  beforeEach(async () => {
    driver = await place.open({ profile });
    await driver.create('p', '');
    for (const name of ['a', 'b', 'same']) writeFileSync(at(`p/diff/${name}`), name);
    mkdirSync(at('p/diff/d'));
    writeFileSync(at('p/diff/d/x'), 'x');
    await driver.create('c', 'p');
    await driver.create('top', 'c');
    const tree = await driver.get('top');
    rmSync(join(tree, 'a'));
    writeFileSync(join(tree, 'b'), 'changed');
    renameSync(join(tree, 'd/x'), join(tree, 'd/y'));
    writeFileSync(join(tree, 'new'), '');
    chmodSync(join(tree, 'new'), 0o4755);
    await driver.put('top');
  });

  const expected = ['.wh.a', 'b', 'd/', 'd/.wh.x', 'd/y', 'new'];

  it('both engines tell the same changes and their sizes', async () => {
    expect(await namesOf(await driver.diff('top', 'c'))).toEqual(expected);
    expect(await namesOf(await driver.diff('top', 'p'))).toEqual(expected);
    expect(await driver.diffSize('top', 'c')).toBe(8n);
    expect(await driver.diffSize('top', 'p')).toBe(8n);
    expect(place.mounts()).toEqual([]);
  });

  it('both engines apply them to equal trees', async () => {
    await driver.create('native', 'c');
    await driver.create('naive', 'c');
    const bytes = await collect(await driver.diff('top', 'c'));
    const again = async function* (): AsyncGenerator<Uint8Array> {
      yield bytes;
    };
    await driver.applyDiff('native', 'c', again());
    await driver.applyDiff('naive', 'p', again());
    const seen: unknown[] = [];
    for (const id of ['top', 'native', 'naive']) {
      await driver.get(id);
      const lines = await place.dump(`${id}/merged`);
      seen.push(lines.map((line) => line.replaceAll(`${id}/`, '').replace(/ \{.*\}$/, '')));
      await driver.put(id);
    }
    expect(seen[1]).toEqual(seen[0]);
    expect(seen[2]).toEqual(seen[0]);
  });

  it('a naive archive stays mounted until it was read to its end', async () => {
    const archive = await driver.diff('top', 'p');
    expect(place.mounts().map((mount) => mount.at)).toEqual(['top/merged']);
    await collect(archive);
    expect(place.mounts()).toEqual([]);
  });

  it('a naive archive that is returned unread is unmounted', async () => {
    for (const parent of ['p', '']) {
      const archive = await driver.diff('top', parent);
      await archive[Symbol.asyncIterator]().return?.();
      expect(place.mounts()).toEqual([]);
    }
  });

  it('a naive archive that is left in the middle is unmounted', async () => {
    for await (const chunk of await driver.diff('top', '')) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    expect(place.mounts()).toEqual([]);
  });

  it('a naive Diff whose comparing fails is unmounted', async () => {
    place.around = async (call, perform) => {
      if (call.call === 'getdents' && call.subject.endsWith('/d'))
        throw failure('EIO', 'readdirent');
      return perform();
    };
    await expect(driver.diff('top', 'p')).rejects.toThrow('input/output error');
    await expect(driver.changes('top', 'p')).rejects.toThrow('input/output error');
    expect(place.mounts()).toEqual([]);
  });

  it('an unknown parent is told, and nothing stays mounted', async () => {
    const refused = withMessage(`stat ${at('ghost')}: no such file or directory`);
    await expect(driver.diff('top', 'ghost')).rejects.toThrow(refused);
    await expect(driver.changes('top', 'ghost')).rejects.toThrow(refused);
    await expect(driver.diffSize('top', 'ghost')).rejects.toThrow(refused);
    expect(place.mounts()).toEqual([]);
  });

  it('metadata names all parts, and the lowers of a chain', async () => {
    expect(await driver.getMetadata('top')).toEqual({
      WorkDir: at('top/work'),
      MergedDir: at('top/merged'),
      UpperDir: at('top/diff'),
      LowerDir: `${at('c/diff')}:${at('p/diff')}`,
    });
    expect(await driver.getMetadata('p')).not.toHaveProperty('LowerDir');
    await expect(driver.getMetadata('ghost')).rejects.toThrow(
      withMessage(`stat ${at('ghost')}: no such file or directory`),
    );
  });

  it('no stream is no archive natively, and an empty one through a mount', async () => {
    await expect(driver.applyDiff('c', 'p', undefined)).rejects.toThrow('Empty archive');
    expect(await driver.applyDiff('top', 'p', undefined)).toBe(0n);
    expect(await driver.applyDiff('c', 'p', archiveOf({ name: 'f', content: '12' }))).toBe(2n);
    expect(readFileSync(at('c/diff/f'), 'utf8')).toBe('12');
  });
});
