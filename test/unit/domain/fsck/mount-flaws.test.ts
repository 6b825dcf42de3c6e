/** Establishes the rules of mounts, of the lengths of mount data, and of names in mount options. */
import { expect, it } from 'vitest';
import { composeFake } from '../../../../src/composition.js';
import { findFlaws } from '../../../../src/domain/fsck/find-flaws.js';
import type { FsckRuleId } from '../../../../src/domain/fsck/rules.js';
import type { StoreSurvey } from '../../../../src/domain/fsck/survey.js';
import { absoluteMountData } from '../../../../src/domain/mounts/mount-data.js';
import type { MountInfo } from '../../../../src/domain/mounts/mount-info.js';
import { takeSurvey } from '../../../../src/driver/fsck/take-survey.js';

const HOME = '/var/lib/overlay2';

/** A home with `base`, `mid` on it, which is committed, and `top` on that. */
async function survey(): Promise<StoreSurvey> {
  const { driver, ports } = await composeFake({ home: HOME });
  await driver.create('base', '');
  await driver.create('mid', 'base');
  await driver.createReadWrite('top', 'mid');
  return takeSurvey(ports, { home: HOME, looksIntoLayers: false, elsewhere: [] });
}

const rulesOf = (store: StoreSurvey): readonly FsckRuleId[] =>
  findFlaws(store).map(({ rule }) => rule);

const mount = (path: string, fsType = 'overlay', superOptions = 'rw'): MountInfo => ({
  id: 1,
  parent: 0,
  major: 0,
  minor: 1,
  root: '/',
  options: 'rw',
  optional: '',
  mountPoint: `${HOME}/${path}`,
  fsType,
  source: fsType,
  superOptions,
});

it.each<[string, readonly MountInfo[], readonly FsckRuleId[]]>([
  ['a mounted layer', [mount('top/merged')], []],
  [
    'what is mounted in a mounted layer',
    [mount('top/merged'), mount('top/merged/proc', 'proc')],
    [],
  ],
  ['a mount of a removed layer', [mount('gone/merged')], ['mounted-layer-gone']],
  ['a mount on what was deleted', [mount('top/merged//deleted')], ['mounted-layer-gone']],
  ['a mount in a place of no layer', [mount('top/diff', 'tmpfs')], ['mount-stray']],
  ['no overlay where a layer is mounted', [mount('top/merged', 'tmpfs')], ['mount-stray']],
  [
    'a committed layer mounted writable',
    [mount('mid/merged', 'overlay', 'rw,lowerdir=a,upperdir=b,workdir=c')],
    ['mount-writes-committed'],
  ],
  ['a committed layer mounted read-only', [mount('mid/merged', 'overlay', 'ro,lowerdir=a:b')], []],
])('judges %s', async (_what, mounts, rules) => {
  expect(rulesOf({ ...(await survey()), mounts })).toEqual(rules);
});

it('tells of mount data that fill a page, and of those that are longer', async () => {
  const store = await survey();
  const lowers = store.layers.find(({ name }) => name === 'top')?.lower?.split(':') ?? [];
  const how = { indexOff: store.indexOff, label: '', escape: false, readOnly: false };
  const { length } = absoluteMountData({ home: HOME, id: 'top', lowers, ...how });

  expect(rulesOf({ ...store, pageSizeBytes: length })).toEqual(['mount-cut']);
  expect(rulesOf({ ...store, pageSizeBytes: length + 1 })).toEqual([]);
  expect(rulesOf({ ...store, pageSizeBytes: 60 })).toContain('mount-too-long');
});

it('tells of names that mount options do not take', async () => {
  const store = await survey();

  expect(rulesOf({ ...store, home: '/a:b' })).toEqual(['path-unescaped']);
});

it('tells of the device node of a quota that cannot be', async () => {
  const store = await survey();
  const [any] = store.entries;
  if (any === undefined) throw new Error('the home is empty');
  const node = { ...any, name: 'backingFsBlockDev', kind: 'block' } as const;
  const entries = [...store.entries, node];

  expect(rulesOf({ ...store, entries })).toEqual(['quota-node']);
  expect(rulesOf({ ...store, entries, backingFs: 'xfs' })).toEqual([]);
});

it('takes a layer for mounted that another mount namespace has mounted', async () => {
  const { driver, ports } = await composeFake({ home: HOME });
  await driver.create('base', '');
  await driver.createReadWrite('top', 'base');
  await ports.fs.mkdir(`${HOME}/top/merged`, 0o700);
  const look = { home: HOME, looksIntoLayers: false };
  const store = await takeSurvey(ports, { ...look, elsewhere: [] });
  const file = store.layers.find(({ name }) => name === 'top')?.file ?? '';

  expect(rulesOf(store)).toEqual(['merged-left']);
  expect(rulesOf({ ...store, elsewhere: [{ pid: 1, file }] })).toEqual([]);
});
