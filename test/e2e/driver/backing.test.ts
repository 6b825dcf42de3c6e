/**
 * Establishes that a home works on each backing file system that the driver accepts, made fresh in
 * an image, and how Init answers to the ones that it refuses.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MOBY_2019 } from '../../../src/domain/profiles/moby-2019.js';
import { STRICT } from '../../../src/domain/profiles/strict.js';
import { archiveOf, namesOf } from '../../helpers/archives.js';
import { mountFresh } from '../../helpers/loop-device.js';
import { TestHome } from '../../helpers/test-home.js';
import { withMessage } from '../../helpers/with-message.js';

let place: TestHome;

beforeEach(() => {
  place = new TestHome('fs/home');
});

afterEach(() => place.remove());

describe.each([MOBY_2019, STRICT])('in $name', (profile) => {
  it.each([
    ['ext4', 'extfs'],
    ['tmpfs', 'tmpfs'],
    ['btrfs', 'btrfs'],
    ['xfs', 'xfs'],
  ])('a home on %s holds layers that mount, diff and go', async (type, name) => {
    const reason = mountFresh(type, join(place.scratch, 'fs'));
    expect(reason).toBeUndefined();
    const driver = await place.open({ profile });

    expect(await driver.status()).toEqual([
      ['Backing Filesystem', name],
      ['Supports d_type', 'true'],
      ['Native Overlay Diff', 'true'],
    ]);
    await driver.create('base', '');
    await driver.applyDiff('base', '', archiveOf({ name: 'f', content: 'one' }));
    await driver.create('child', 'base');
    const tree = await driver.get('child');
    expect(readFileSync(join(tree, 'f'), 'utf8')).toBe('one');
    writeFileSync(join(tree, 'f'), 'two');
    await driver.put('child');
    expect(await namesOf(await driver.diff('child', 'base'))).toEqual(['f']);
    expect(await driver.diffSize('child', 'base')).toBe(3n);
    await driver.remove('child');
    await driver.remove('base');
    expect(place.mounts()).toEqual([]);
  });

  it('a home on an overlay is refused', async () => {
    const [fs, below] = [join(place.scratch, 'fs'), join(place.scratch, 'below')];
    for (const path of [fs, below, `${below}/l`, `${below}/u`, `${below}/w`]) mkdirSync(path);
    const data = `lowerdir=${below}/l,upperdir=${below}/u,workdir=${below}/w`;
    expect(spawnSync('mount', ['-t', 'overlay', 'overlay', '-o', data, fs]).status).toBe(0);

    await expect(place.open({ profile })).rejects.toThrow(
      withMessage('backing file system is unsupported for this graph driver'),
    );
    expect(place.logs).toContainEqual({
      level: 'error',
      message: "'overlay2' is not supported over overlayfs",
    });
  });

  it('a default size needs xfs with project quota', async () => {
    mkdirSync(join(place.scratch, 'fs'));
    await expect(place.open({ profile, options: ['overlay2.size=10G'] })).rejects.toThrow(
      withMessage('Storage Option overlay2.size only supported for backingFS XFS. Found extfs'),
    );
  });

  it('a home whose parent is missing is refused with the bare errno', async () => {
    await expect(place.open({ profile })).rejects.toThrow(withMessage('no such file or directory'));
  });

  it('a relative home is refused', async () => {
    await expect(place.open({ profile, home: 'home' })).rejects.toThrow(
      withMessage('home is not an absolute path: "home"'),
    );
  });
});
