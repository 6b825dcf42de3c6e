/**
 * Establishes what becomes of entries that few archives have: sources of hard links as aufs kept
 * them, files with holes, and owners with names.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { ftruncateSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { composeFake, type ComposedFakeDriver } from '../../../../src/composition.js';
import { readFile, writeFile } from '../../../../src/driver/files.js';
import { archiveOf, collect } from '../../../helpers/archives.js';

const HOME = '/var/lib/overlay2';
const MODE_BITS = 0o7777;
const HOLE_BYTES = 3 * 1024 * 1024;
/** Where a header holds the names of user and group, each up to its NUL. */
const USER_AT = 265;
const GROUP_AT = 297;

async function openBase(): Promise<ComposedFakeDriver> {
  const composed = await composeFake({ home: HOME });
  await composed.driver.create('base', '', {});
  return composed;
}

async function namesIn({ ports }: ComposedFakeDriver, path: string): Promise<readonly string[]> {
  const root = await ports.fs.openRoot(path);
  const names = (await root.getdents()).map(({ name }) => new TextDecoder().decode(name));
  await root.close();
  return names.sort();
}

/** Another layer than the parent is named, so that it is not unpacked natively. */
function applyNaively({ driver }: ComposedFakeDriver, archive: AsyncIterable<Uint8Array>) {
  return driver.applyDiff('base', 'other', archive);
}

/** Made as the directory above any entry is, and left empty. */
const SOURCES = '.wh..wh.plnk';
const SOURCE = { name: `${SOURCES}/1.2`, content: 'shared', mode: 0o640, uid: 7, gid: 8 };

test('each hard link to a source of aufs becomes a file of its own', async () => {
  const base = await openBase();
  const link = { type: 'link', linkname: SOURCE.name } as const;

  await applyNaively(
    base,
    archiveOf(SOURCE, { ...link, name: 'one' }, { ...link, name: 'two' }, { name: 'other' }),
  );

  const { fs } = base.ports;
  expect(await namesIn(base, `${HOME}/base/diff`)).toEqual([SOURCES, 'one', 'other', 'two']);
  expect(await namesIn(base, `${HOME}/base/diff/${SOURCES}`)).toEqual([]);
  const [one, two] = [
    await fs.lstat(`${HOME}/base/diff/one`),
    await fs.lstat(`${HOME}/base/diff/two`),
  ];
  expect([one.mode & MODE_BITS, one.uid, one.gid, one.nlink]).toEqual([0o640, 7, 8, 1]);
  expect(two.ino).not.toBe(one.ino);
  const content = await readFile(fs, `${HOME}/base/diff/two`);
  expect(new TextDecoder().decode(content)).toBe('shared');
});

test.each([
  ['that the archive does not have', [{ ...SOURCE, name: `${SOURCES}/9.9` }]],
  ['that is no file', [{ ...SOURCE, type: 'directory', content: '' } as const]],
  ['of an archive without any', []],
])('a hard link to a source of aufs %s is refused', async (_what, entries) => {
  const base = await openBase();
  const archive = archiveOf(...entries, { name: 'one', type: 'link', linkname: SOURCE.name });

  await expect(applyNaively(base, archive)).rejects.toThrow('Invalid aufs hardlink');
  const names = await namesIn(base, `${HOME}/base/diff`);
  expect(names.filter((name) => name !== SOURCES)).toEqual([]);
});

test('holes of a sparse file read as zeros, also the last one', async ({ skip }) => {
  const { error } = spawnSync('tar', ['--version']);
  if (error !== undefined) skip(`GNU tar cannot be run: ${error.message}`);
  const place = mkdtempSync(join(tmpdir(), 'o2r-sparse-'));
  let bytes;
  try {
    const file = openSync(join(place, 'sparse'), 'w');
    writeSync(file, 'head');
    writeSync(file, 'middle', HOLE_BYTES);
    ftruncateSync(file, 2 * HOLE_BYTES);
    bytes = execFileSync('tar', ['-C', place, '--format=posix', '-S', '-cf', '-', 'sparse']);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
  const base = await openBase();

  await base.driver.applyDiff(
    'base',
    '',
    (async function* () {
      yield bytes;
    })(),
  );

  const content = Buffer.from(await readFile(base.ports.fs, `${HOME}/base/diff/sparse`));
  const expected = Buffer.alloc(2 * HOLE_BYTES);
  expected.write('head');
  expected.write('middle', HOLE_BYTES);
  expect(content.equals(expected)).toBe(true);
});

test('owners have in an archive the names that the host gives them', async () => {
  const base = await openBase();
  const { fs } = base.ports;
  await fs.mkdir('/etc', 0o755).catch(() => undefined);
  await writeFile(fs, '/etc/passwd', 'root:x:0:0::/:/bin/sh\nbuild:x:7:8::/:/bin/sh\n', 0o644);
  await writeFile(fs, '/etc/group', 'root:x:0:\nstaff:x:8:\n', 0o644);
  await base.driver.applyDiff('base', '', archiveOf({ name: 'f', uid: 7, gid: 8 }));

  const header = (await collect(await base.driver.diff('base', ''))).toString('latin1');

  expect(header.slice(USER_AT).split('\0', 1)).toEqual(['build']);
  expect(header.slice(GROUP_AT).split('\0', 1)).toEqual(['staff']);
});
