/**
 * Establishes what a layer's life leaves on disk and in the mount table, in both profiles and with
 * both mount backends: the files that the reference names, byte for byte, in the real kernel.
 */
import { rmSync, statSync, writeFileSync, chmodSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MOBY_2019 } from '../../../src/domain/profiles/moby-2019.js';
import { STRICT } from '../../../src/domain/profiles/strict.js';
import type { OverlayDriver } from '../../../src/driver/driver.js';
import { archiveOf, entriesOf } from '../../helpers/archives.js';
import { TestHome } from '../../helpers/test-home.js';

const WAYS = [MOBY_2019, STRICT].flatMap((profile) =>
  (['mount2', 'fsopen'] as const).map((backend) => ({ name: profile.name, profile, backend })),
);

let place: TestHome;
let driver: OverlayDriver;

beforeEach(() => {
  place = new TestHome();
});

afterEach(() => place.remove());

describe.each(WAYS)('in $name with $backend', ({ profile, backend }) => {
  beforeEach(async () => {
    driver = await place.open({ profile, backend });
  });

  const at = (path: string): string => join(place.home, path);

  it('starts with an empty link directory and nothing of its probes', async () => {
    expect(await place.picture()).toEqual(['dir 0700 0:0 .', 'dir 0700 0:0 l']);
    expect(driver.string()).toBe('overlay2');
  });

  it('makes a base layer of a diff and a link', async () => {
    await driver.create('base', '');

    expect(await place.picture()).toEqual([
      'dir 0700 0:0 .',
      'dir 0700 0:0 base',
      'dir 0755 0:0 base/diff',
      'reg 0644 0:0 base/link = «base»',
      'dir 0700 0:0 l',
      'lnk 0777 0:0 l/«base» -> ../base/diff',
    ]);
  });

  it('makes a child with work and lower, and commits its parent', async () => {
    await driver.create('base', '');
    await driver.create('child', 'base');
    await driver.createReadWrite('rw', 'child');

    expect(await place.picture()).toEqual([
      'dir 0700 0:0 .',
      'dir 0700 0:0 base',
      'reg 0600 0:0 base/committed = ',
      'dir 0755 0:0 base/diff',
      'reg 0644 0:0 base/link = «base»',
      'dir 0700 0:0 child',
      'reg 0600 0:0 child/committed = ',
      'dir 0755 0:0 child/diff',
      'reg 0644 0:0 child/link = «child»',
      'reg 0644 0:0 child/lower = l/«base»',
      'dir 0700 0:0 child/work',
      'dir 0700 0:0 l',
      'lnk 0777 0:0 l/«base» -> ../base/diff',
      'lnk 0777 0:0 l/«child» -> ../child/diff',
      'lnk 0777 0:0 l/«rw» -> ../rw/diff',
      'dir 0700 0:0 rw',
      'dir 0755 0:0 rw/diff',
      'reg 0644 0:0 rw/link = «rw»',
      'reg 0644 0:0 rw/lower = l/«child»:l/«base»',
      'dir 0700 0:0 rw/work',
    ]);
  });

  it('mounts for the first user and unmounts after the last', async () => {
    await driver.create('base', '');
    await driver.createReadWrite('rw', 'base');
    writeFileSync(at('base/diff/f'), 'below');

    const trees = [await driver.get('rw'), await driver.get('rw')];
    expect(trees).toEqual([at('rw/merged'), at('rw/merged')]);
    expect(place.mounts().map((mount) => mount.at)).toEqual(['rw/merged']);
    writeFileSync(at('rw/merged/f'), 'above');
    await driver.put('rw');
    expect(place.mounts()).toHaveLength(1);
    await driver.put('rw');

    expect(place.mounts()).toEqual([]);
    expect(readFileSync(at('base/diff/f'), 'utf8')).toBe('below');
    // Recent kernels give an upper directory an id of their own.
    const left = (await place.picture('rw')).map((line) => line.replace(/ \{trusted.*\}$/, ''));
    expect(left).toEqual([
      'dir 0700 0:0 rw',
      'dir 0755 0:0 rw/diff',
      'reg 0644 0:0 rw/diff/f = above',
      'reg 0644 0:0 rw/link = «rw»',
      'reg 0644 0:0 rw/lower = l/«base»',
      'dir 0700 0:0 rw/work',
      'dir 0000 0:0 rw/work/work',
    ]);
  });

  it('mounts a committed layer read-only, its own diff on top', async () => {
    await driver.create('base', '');
    await driver.create('mid', 'base');
    await driver.create('top', 'mid');

    const tree = await driver.get('mid');

    expect(() => writeFileSync(join(tree, 'new'), '')).toThrow(/EROFS/);
    const [mount] = place.mounts();
    expect(mount?.options).not.toMatch(/upperdir|workdir/);
    expect(mount?.options).toContain('mid/diff');
    await driver.put('mid');
    expect(statSync(at('mid/work')).isDirectory()).toBe(true);
    expect(() => statSync(at('mid/work/work'))).toThrow(/ENOENT/);
  });

  it('carries what a container did from one layer to its copy', async () => {
    await driver.create('base', '');
    const given = archiveOf(
      { name: 'd/', type: 'directory', mode: 0o755 },
      { name: 'd/x', content: 'hello' },
      { name: 'a', content: 'aaa' },
    );
    expect(await driver.applyDiff('base', '', given)).toBe(8n);
    await driver.create('r1', 'base');
    const tree = await driver.get('r1');
    rmSync(join(tree, 'a'));
    rmSync(join(tree, 'd'), { recursive: true });
    mkdirSync(join(tree, 'd'));
    writeFileSync(join(tree, 'd/y'), 'yy');
    chmodSync(join(tree, 'd/y'), 0o600);
    await driver.put('r1');

    const entries = await entriesOf(await driver.diff('r1', 'base'));
    await driver.create('r2', 'base');
    await driver.applyDiff('r2', 'base', await driver.diff('r1', 'base'));

    expect(entries.map(({ name }) => name)).toEqual(['.wh.a', 'd/', 'd/.wh..wh..opq', 'd/y']);
    const diffOf = async (id: string): Promise<readonly string[]> =>
      (await place.dump(`${id}/diff`)).map((line) =>
        line
          .replaceAll(`${id}/diff`, 'diff')
          .replace(/ n=\d+/, '')
          .replace(/ ?trusted\.overlay\.(uuid|origin|impure)=\S+(,|(?=\}))/g, '')
          .replace(' {}', ''),
      );
    expect(await diffOf('r2')).toEqual(await diffOf('r1'));
    expect(await driver.diffSize('r1', 'base')).toBe(2n);
    expect((await driver.changes('r1', 'base')).map(({ kind }) => kind).sort()).toEqual([
      'add',
      'delete',
      'delete',
      'modify',
    ]);
  });

  it('removes a layer with its link and what is mounted in it', async () => {
    await driver.create('base', '');
    const before = await place.picture();
    await driver.create('child', 'base');
    await driver.get('child');

    await driver.remove('child');

    expect(place.mounts()).toEqual([]);
    const committed = 'reg 0600 0:0 base/committed = ';
    expect((await place.picture()).filter((line) => line !== committed)).toEqual(before);
    await driver.remove('child');
    expect(await driver.exists('child')).toBe(false);
  });

  it('unmounts all layers in Cleanup', async () => {
    await driver.create('base', '');
    for (const id of ['a', 'b', 'c']) {
      await driver.create(id, 'base');
      await driver.get(id);
    }
    expect(place.mounts()).toHaveLength(3);

    await driver.cleanup();

    expect(place.mounts()).toEqual([]);
  });

  it('takes over the mounts of a process that ended', async () => {
    await driver.create('base', '');
    await driver.create('child', 'base');
    await driver.get('child');
    await place.endProcess();
    expect(place.mounts()).toHaveLength(1);

    driver = await place.open({ profile, backend });
    await driver.get('child');
    await driver.put('child');
    expect(place.mounts()).toHaveLength(1);
    await driver.put('child');

    expect(place.mounts()).toEqual([]);
  });

  it('serves many callers of one layer at once and ends unmounted', async () => {
    await driver.create('base', '');
    writeFileSync(at('base/diff/f'), 'x');
    await driver.create('child', 'base');

    await Promise.all(
      Array.from({ length: 16 }, async () => {
        for (let turn = 0; turn < 50; turn++) {
          const tree = await driver.get('child');
          expect(statSync(join(tree, 'f')).size).toBe(1);
          await driver.put('child');
        }
      }),
    );

    expect(place.mounts()).toEqual([]);
    expect(() => statSync(at('child/merged'))).toThrow(/ENOENT/);
  });
});
