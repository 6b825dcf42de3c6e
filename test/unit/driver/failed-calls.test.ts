/** Establishes what calls leave that fail where not everything can be undone or removed. */
import { expect, test } from 'vitest';
import { composeFake } from '../../../src/composition.js';
import { STRICT } from '../../../src/domain/profiles/strict.js';
import { removeAll } from '../../../src/driver/remove-tree.js';
import { archiveOf } from '../../helpers/archives.js';

const HOME = '/var/lib/overlay2';

test('what cannot be removed keeps nothing else from going', async () => {
  const { driver, ports } = await composeFake({ home: HOME });
  await driver.create('base', '', {});
  await driver.create('top', 'base', {});
  await driver.get('top', '');
  await driver.create('child', 'top', {});

  await expect(removeAll(ports.fs, `${HOME}/top`)).rejects.toThrow(
    `unlinkat ${HOME}/top: directory not empty`,
  );

  const root = await ports.fs.openRoot(`${HOME}/top`);
  const names = (await root.getdents()).map(({ name }) => new TextDecoder().decode(name));
  expect(names).toEqual(['merged']);
});

test('an archive that meets a read-only mount leaves the layer whole', async () => {
  const { driver, ports } = await composeFake({ home: HOME, profile: STRICT });
  await driver.create('base', '', {});
  await driver.applyDiff('base', '', archiveOf({ name: 'kept', content: 'kept' }));
  await driver.create('top', 'base', {});

  const archive = archiveOf({ name: 'new', content: 'new' });
  await expect(driver.applyDiff('base', 'top', archive)).rejects.toThrow('read-only file system');

  await expect(ports.fs.lstat(`${HOME}/base/incomplete`)).rejects.toThrow('no such file');
  expect(await driver.diffSize('base', '')).toBe(4n);
});

test('a missing directory that an archive was to be written to is missing again', async () => {
  const { driver, ports } = await composeFake({ home: HOME, profile: STRICT });
  await driver.create('base', '', {});
  await ports.fs.rmdir(`${HOME}/base/diff`);

  const broken = archiveOf({ name: 'link', type: 'link', linkname: 'nowhere' });
  await expect(driver.applyDiff('base', '', broken)).rejects.toThrow('no such file or directory');

  await expect(ports.fs.lstat(`${HOME}/base/diff`)).rejects.toThrow('no such file');
  await expect(ports.fs.lstat(`${HOME}/base/incomplete`)).rejects.toThrow('no such file');
});
