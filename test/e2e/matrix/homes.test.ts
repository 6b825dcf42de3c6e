/**
 * Establishes which file systems a home may lie on, for the kernel matrix: a whole life of layers
 * on each that is accepted, and the driver's own words on each that is refused.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect } from 'vitest';
import { STRICT } from '../../../src/domain/profiles/strict.js';
import { archiveOf, namesOf } from '../../helpers/archives.js';
import { matrixTest, mountOrEnd } from '../../helpers/matrix-check.js';
import { TestHome } from '../../helpers/test-home.js';

/** How a file system is made: its name here, the type, options of the mount and of `mkfs`. */
interface Backing {
  readonly name: string;
  readonly type: string;
  readonly mount?: readonly string[];
  readonly make?: readonly string[];
}

const ACCEPTED: readonly Backing[] = [
  { name: 'ext4', type: 'ext4' },
  { name: 'xfs', type: 'xfs' },
  { name: 'xfs (prjquota)', type: 'xfs', mount: ['prjquota'] },
  { name: 'btrfs', type: 'btrfs' },
  { name: 'tmpfs', type: 'tmpfs' },
];

const WITHOUT_TYPES: readonly Backing[] = [
  { name: 'ext4 (^filetype)', type: 'ext4', make: ['-O', '^filetype'] },
  { name: 'xfs (ftype=0)', type: 'xfs', make: ['-m', 'crc=0', '-n', 'ftype=0'] },
];

let place: TestHome;
let root: string;

beforeEach(() => {
  place = new TestHome('fs/home');
  root = join(place.scratch, 'fs');
});

afterEach(() => place.remove());

describe('a home', () => {
  for (const { name, type, mount, make } of ACCEPTED) {
    const probe = 'Init; Create, ApplyDiff, Get, write, Put, Diff, DiffSize, Remove';
    const about = { feature: 'home', fileSystem: name, probe };
    matrixTest('holds layers that mount, diff and go', about, async (ends) => {
      mountOrEnd(ends, type, root, mount, make);
      const driver = await place.open({ profile: STRICT });
      await driver.create('base', '');
      await driver.applyDiff('base', '', archiveOf({ name: 'f', content: 'one' }));
      await driver.create('child', 'base');

      const tree = await driver.get('child');
      expect(readFileSync(join(tree, 'f'), 'utf8')).toBe('one');
      rmSync(join(tree, 'f'));
      writeFileSync(join(tree, 'g'), 'two');
      await driver.put('child');

      expect([...(await namesOf(await driver.diff('child', 'base')))].sort()).toEqual([
        '.wh.f',
        'g',
      ]);
      expect(await driver.diffSize('child', 'base')).toBe(3n);
      await driver.remove('child');
      await driver.remove('base');
      expect(place.mounts()).toEqual([]);
    });
  }

  for (const { name, type, make } of WITHOUT_TYPES) {
    const probe = 'Init, where getdents64 gives DT_UNKNOWN';
    const about = { feature: 'home', fileSystem: name, probe };
    matrixTest('without file types in its directories is refused', about, async (ends) => {
      mountOrEnd(ends, type, root, [], make);

      await expect(place.open({ profile: STRICT })).rejects.toThrow(
        /formatted without d_type support, which leads to incorrect behavior/,
      );
      expect(place.mounts()).toHaveLength(0);
    });
  }

  const onOverlay = { feature: 'home', fileSystem: 'overlay', probe: 'Init, by the statfs magic' };
  matrixTest('on an overlay is refused', onOverlay, async () => {
    const below = join(place.scratch, 'below');
    for (const path of [root, below, `${below}/l`, `${below}/u`, `${below}/w`]) mkdirSync(path);
    const data = `lowerdir=${below}/l,upperdir=${below}/u,workdir=${below}/w`;
    expect(spawnSync('mount', ['-t', 'overlay', 'overlay', '-o', data, root]).status).toBe(0);

    await expect(place.open({ profile: STRICT })).rejects.toThrow(
      'backing file system is unsupported for this graph driver',
    );
  });

  const onSquashfs = { feature: 'home', fileSystem: 'squashfs', probe: 'Init, by mkdir: EROFS' };
  matrixTest('on a squashfs is refused, since it is read-only', onSquashfs, async (ends) => {
    const [tree, image] = [join(place.scratch, 'tree'), join(place.scratch, 'image')];
    mkdirSync(join(tree, 'kept'), { recursive: true });
    mkdirSync(root);
    const made = spawnSync('mksquashfs', [tree, image, '-quiet', '-no-progress']);
    if (made.error !== undefined) ends.notRun(`mksquashfs: ${made.error.message}`);
    const options = ['-t', 'squashfs', '-o', 'loop', image, root];
    const mounted = spawnSync('mount', options, { encoding: 'utf8' });
    if (mounted.status !== 0) ends.unsupported(mounted.stderr.trim());

    await expect(place.open({ profile: STRICT })).rejects.toThrow('read-only file system');
  });
});
