/**
 * Establishes that the driver does right by kernels that are set up otherwise, for the kernel
 * matrix: overlay parameters as a boot line sets them, a security module with labels, and a user
 * namespace. Parameters are the whole machine's, so only a machine of the test's own has them
 * changed.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect } from 'vitest';
import { STRICT } from '../../../src/domain/profiles/strict.js';
import { archiveOf, namesOf } from '../../helpers/archives.js';
import { type MatrixEnds, matrixTest, OWNS_KERNEL } from '../../helpers/matrix-check.js';
import { TestHome } from '../../helpers/test-home.js';

const PARAMETERS = '/sys/module/overlay/parameters';
const SELINUX = '/sys/fs/selinux';
const POLICY = '/etc/overlay2-ref/mini.policy';
const LABEL = 'system_u:object_r:container_file_t:s0:c0,c1';

let place: TestHome;
let undo: (() => void)[];

beforeEach(() => {
  place = new TestHome();
  undo = [];
});

afterEach(async () => {
  await place.remove();
  for (const step of undo.reverse()) step();
});

/** Sets a parameter of the module until the end of the test. */
function setParameter(ends: MatrixEnds, name: string, value: 'Y' | 'N'): void {
  const file = join(PARAMETERS, name);
  if (!OWNS_KERNEL) ends.notRun('sets a parameter of the whole machine: only in a VM');
  if (!existsSync(file)) ends.unsupported(`there is no ${file}`);
  const before = readFileSync(file, 'utf8').trim();
  writeFileSync(file, value);
  undo.push(() => writeFileSync(file, before));
}

describe('a parameter of the overlay module', () => {
  const about = (setting: string, probe: string): Parameters<typeof matrixTest>[1] => ({
    feature: `overlay.${setting}`,
    fileSystem: '-',
    probe,
  });

  matrixTest(
    'redirect_dir=on makes diffs naive, and a moved directory is whole in them',
    about('redirect_dir=on', 'Status; Diff of a renamed lower directory'),
    async (ends) => {
      setParameter(ends, 'redirect_dir', 'Y');
      const driver = await place.open({ profile: STRICT });
      expect(new Map(await driver.status()).get('Native Overlay Diff')).toBe('false');
      await driver.create('base', '');
      await driver.applyDiff(
        'base',
        '',
        archiveOf({ name: 'd/', type: 'directory' }, { name: 'd/f', content: 'one' }),
      );
      await driver.create('c', 'base');
      const merged = await driver.get('c');
      renameSync(join(merged, 'd'), join(merged, 'e'));
      await driver.put('c');

      const names = await namesOf(await driver.diff('c', 'base'));

      expect(names.map((name) => name.replace(/\/$/, '')).sort()).toEqual(['.wh.d', 'e', 'e/f']);
    },
  );

  matrixTest(
    'index=on is switched off by each mount, so that a layer and its child mount at once',
    about('index=on', 'Get of a layer below which another mount has its upper'),
    async (ends) => {
      setParameter(ends, 'index', 'Y');
      const driver = await place.open({ profile: STRICT });
      await driver.create('base', '');
      await driver.createReadWrite('a', 'base');
      await driver.createReadWrite('b', 'a');
      for (const id of ['a', 'b']) await driver.get(id);
      expect(place.mounts().map(({ options }) => /index=off/.test(options))).toEqual([true, true]);
      for (const id of ['a', 'b']) await driver.put(id);
    },
  );

  matrixTest(
    'metacopy=on leaves no file without its content in a diff',
    about('metacopy=on', 'Diff after chmod of a lower file'),
    async (ends) => {
      setParameter(ends, 'redirect_dir', 'Y');
      setParameter(ends, 'metacopy', 'Y');
      const driver = await place.open({ profile: STRICT });
      await driver.create('base', '');
      await driver.applyDiff('base', '', archiveOf({ name: 'f', content: 'content' }));
      await driver.create('c', 'base');
      const merged = await driver.get('c');
      expect(spawnSync('chmod', ['600', join(merged, 'f')]).status).toBe(0);
      await driver.put('c');
      await driver.create('copy', 'base');

      await driver.applyDiff('copy', 'base', await driver.diff('c', 'base'));

      expect(readFileSync(join(await driver.get('copy'), 'f'), 'utf8')).toBe('content');
      await driver.put('copy');
    },
  );
});

describe('a security module', () => {
  const probe = 'Get with a mount label; getxattr security.selinux';
  const about = { feature: 'SELinux labels', fileSystem: '-', probe };
  matrixTest('a layer is mounted with the label that it is asked for', about, async (ends) => {
    const kinds = readFileSync('/proc/filesystems', 'utf8');
    if (!kinds.includes('selinuxfs')) ends.unsupported('the kernel was not booted with SELinux');
    loadPolicy(ends);
    const driver = await place.open({ profile: STRICT });
    await driver.create('base', '');
    await driver.create('c', 'base');

    const merged = await driver.get('c', LABEL);

    writeFileSync(join(merged, 'f'), '');
    const seen = spawnSync('getfattr', ['-n', 'security.selinux', '--only-values', merged], {
      encoding: 'utf8',
    });
    expect(seen.stdout.replace('\0', '')).toBe(LABEL);
    expect(place.mounts()[0]?.options).toContain(`context="${LABEL}"`);
    await driver.put('c');
  });

  function loadPolicy(ends: MatrixEnds): void {
    if (!existsSync(join(SELINUX, 'load'))) {
      mkdirSync(SELINUX, { recursive: true });
      const { status, stderr } = spawnSync('mount', ['-t', 'selinuxfs', 'selinuxfs', SELINUX]);
      if (status !== 0) ends.notRun(`selinuxfs: ${String(stderr).trim()}`);
    }
    const known = readFileSync(join(SELINUX, 'policyvers'), 'utf8');
    if (!existsSync(POLICY)) ends.notRun(`no policy (version ${known}) in ${POLICY}`);
    if (OWNS_KERNEL) writeFileSync(join(SELINUX, 'load'), readFileSync(POLICY));
  }
});

describe('a user namespace', () => {
  const feature = 'user namespace';
  const mountIn = (options: string): { status: number | null; stderr: string } => {
    const dir = place.scratch;
    for (const name of ['l', 'u', 'w', 'm']) mkdirSync(join(dir, name), { recursive: true });
    const data = `lowerdir=${dir}/l,upperdir=${dir}/u,workdir=${dir}/w${options}`;
    const script = `mount -t overlay overlay -o '${data}' ${dir}/m && touch ${dir}/m/f`;
    return spawnSync('unshare', ['--user', '--map-root-user', '--mount', 'sh', '-c', script], {
      encoding: 'utf8',
    });
  };

  for (const options of ['', ',userxattr']) {
    const probe = `mount(2)${options} in unshare --user --map-root-user --mount`;
    const name = options === '' ? 'mounts an overlay' : 'mounts an overlay with userxattr';
    matrixTest(name, { feature, fileSystem: '-', probe }, (ends) => {
      const { status, stderr } = mountIn(options);
      const file = join(place.scratch, 'u/f');
      if (status !== 0 && !existsSync(file)) {
        ends.unsupported(stderr.trim().split('\n')[0] ?? '');
      }
      expect(existsSync(file)).toBe(true);
      rmSync(file);
    });
  }
});

describe('native diffs', () => {
  const probe = 'Status: the probe renames a lower directory and copies an opaque one up';
  const about = { feature: 'native diff', fileSystem: '-', probe };
  matrixTest('are decided as the parameter redirect_dir has it', about, async (ends) => {
    const file = join(PARAMETERS, 'redirect_dir');
    if (!existsSync(file)) ends.unsupported(`there is no ${file}`);
    const isOn = readFileSync(file, 'utf8').startsWith('Y');
    const driver = await place.open({ profile: STRICT });
    expect(new Map(await driver.status()).get('Native Overlay Diff')).toBe(String(!isOn));
  });
});
