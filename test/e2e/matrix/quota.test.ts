/**
 * Establishes that project quota holds a container's layer, for the kernel matrix: a writer in a
 * mounted layer is stopped at the limit, and what each profile does to ids and limits is what the
 * kernel then keeps.
 */
import { mkdirSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { constants } from 'node:os';
import { afterEach, beforeEach, describe, expect } from 'vitest';
import { createLinuxPorts, type LinuxPorts } from '../../../src/adapters/linux/ports.js';
import { isErrno } from '../../../src/domain/errors.js';
import { FILE_TYPE } from '../../../src/domain/host/file-type.js';
import { MOBY_2019 } from '../../../src/domain/profiles/moby-2019.js';
import type { Profile } from '../../../src/domain/profiles/profile.js';
import { STRICT } from '../../../src/domain/profiles/strict.js';
import type { OverlayDriver } from '../../../src/driver/driver.js';
import { archiveOf } from '../../helpers/archives.js';
import { type MatrixEnds, matrixTest, mountOrEnd } from '../../helpers/matrix-check.js';
import { TestHome } from '../../helpers/test-home.js';

const MIB = 2 ** 20;
const LIMIT = 8 * MIB;
/** Bits of `quotaFlags`: project quota is accounted and enforced. */
const PROJECT_QUOTA = 0x30;
const XFS = 'xfs (prjquota)';
const EXT4 = 'ext4 (prjquota)';

let place: TestHome;
let root: string;
let linux: LinuxPorts;

beforeEach(() => {
  place = new TestHome('fs/home');
  root = join(place.scratch, 'fs');
  linux = createLinuxPorts();
});

afterEach(async () => {
  await linux.dispose();
  await place.remove();
});

/** Writes until it is stopped, and gives the number of the error; 0 where nobody stops it. */
function fill(file: string, bytes: number): number {
  writeFileSync(file, '');
  const block = new Uint8Array(MIB);
  try {
    for (let written = 0; written < bytes; written += MIB)
      writeFileSync(file, block, { flag: 'a' });
    return 0;
  } catch (error) {
    // Node has no name for EDQUOT: its number is what can be told.
    return -((error as NodeJS.ErrnoException).errno ?? 0);
  }
}

async function mountWithQuota(ends: MatrixEnds, type: 'xfs' | 'ext4'): Promise<string> {
  const make = type === 'ext4' ? ['-O', 'quota,project'] : [];
  mountOrEnd(ends, type, root, ['prjquota'], make);
  const { dev } = await linux.ports.fs.stat(root);
  const device = join(place.scratch, 'device');
  const [major, minor] = [Number(dev >> 32n), Number(dev & 0xffff_ffffn)];
  await linux.ports.fs.mknod(device, FILE_TYPE.BLOCK | 0o600, major, minor);
  try {
    const flags = await linux.ports.quota.quotaFlags(device);
    if ((flags & PROJECT_QUOTA) !== PROJECT_QUOTA) ends.unsupported(`Q_XGETQSTAT gives ${flags}`);
  } catch (error) {
    if (!isErrno(error, 'ENOSYS', 'ESRCH', 'ENOTSUP')) throw error;
    ends.unsupported(`Q_XGETQSTAT: ${String(error)}`);
  }
  return device;
}

const sized = (size: string): { storageOpt: Map<string, string> } => ({
  storageOpt: new Map([['size', size]]),
});

async function withBase(profile: Profile): Promise<OverlayDriver> {
  const driver = await place.open({ profile });
  await driver.create('base', '');
  const large = { name: 'large', content: 'x'.repeat(12 * MIB) };
  await driver.applyDiff('base', '', archiveOf(large));
  return driver;
}

const idOf = (path: string): Promise<number> => linux.ports.quota.projectId(join(place.home, path));

describe.each([MOBY_2019, STRICT])('project quota in $name', (profile) => {
  const about = (probe: string): { feature: string; fileSystem: string; probe: string } => ({
    feature: `quota (${profile.name})`,
    fileSystem: XFS,
    probe,
  });

  matrixTest('stops a writer in a layer at its limit', about('write: ENOSPC'), async (ends) => {
    await mountWithQuota(ends, 'xfs');
    const driver = await withBase(profile);
    await driver.createReadWrite('c', 'base', sized('8M'));
    await driver.createReadWrite('free', 'base');
    const merged = await driver.get('c');

    const error = fill(join(merged, 'f'), 2 * LIMIT);

    expect(error).toBe(constants.errno.ENOSPC);
    const { size } = statSync(join(merged, 'f'));
    expect(size).toBeGreaterThan(LIMIT - MIB);
    expect(size).toBeLessThanOrEqual(LIMIT);
    // Nobody else is held by it.
    expect(fill(join(await driver.get('free'), 'f'), 2 * LIMIT)).toBe(0);
    await driver.put('c');
    await driver.put('free');
  });

  matrixTest('stops a copy-up at the limit', about('open for writing: ENOSPC'), async (ends) => {
    await mountWithQuota(ends, 'xfs');
    const driver = await withBase(profile);
    await driver.createReadWrite('c', 'base', sized('8M'));
    const merged = await driver.get('c');

    const copied = (): void => writeFileSync(join(merged, 'large'), 'y', { flag: 'a' });

    expect(copied).toThrow(/ENOSPC/);
    expect(statSync(join(merged, 'large')).size).toBe(12 * MIB);
    await driver.put('c');
  });

  matrixTest('shows the limit as the size of the layer', about('statfs'), async (ends) => {
    await mountWithQuota(ends, 'xfs');
    const driver = await withBase(profile);
    await driver.createReadWrite('c', 'base', sized('8M'));
    const merged = await driver.get('c');

    const { blocks, bsize } = statfsSync(merged);

    expect(blocks * bsize).toBe(LIMIT);
    await driver.put('c');
  });

  matrixTest(
    'gives each layer an id of its own, also after a restart',
    about('ids'),
    async (ends) => {
      await mountWithQuota(ends, 'xfs');
      const first = await withBase(profile);
      await first.createReadWrite('a', 'base', sized('8M'));
      await place.endProcess();
      const driver = await place.open({ profile });
      await driver.createReadWrite('b', 'base', sized('8M'));

      const [a, b] = [await idOf('a/diff'), await idOf('b/diff')];

      expect(a).toBeGreaterThan(0);
      expect(b).toBeGreaterThan(0);
      expect(a).not.toBe(b);
      expect(fill(join(await driver.get('a'), 'f'), 2 * LIMIT)).toBe(constants.errno.ENOSPC);
      await driver.put('a');
    },
  );
});

describe('quirks of quota on a real kernel', () => {
  const least = {
    feature: 'quirk Q-45',
    fileSystem: XFS,
    probe: 'Create with size=511, Get, write',
  };
  matrixTest('Q-45 in moby-2019: a limit of 511 bytes is none', least, async (ends) => {
    await mountWithQuota(ends, 'xfs');
    const driver = await withBase(MOBY_2019);
    await driver.createReadWrite('c', 'base', sized('511'));
    const merged = await driver.get('c');
    expect(fill(join(merged, 'f'), LIMIT)).toBe(0);
    await driver.put('c');
  });

  matrixTest(
    'Q-45 in strict: a limit of 511 bytes leaves no room to mount',
    least,
    async (ends) => {
      await mountWithQuota(ends, 'xfs');
      const driver = await withBase(STRICT);
      await driver.createReadWrite('c', 'base', sized('511'));
      // The kernel finds no room for its own directory in `work`, and mounts read-only.
      await expect(driver.get('c')).rejects.toThrow(/work\/work: no such file or directory$/);
      expect(place.mounts()).toEqual([]);
      await driver.remove('c');
    },
  );

  const about = (quirk: string, probe: string): Parameters<typeof matrixTest>[1] => ({
    feature: `quirk ${quirk}`,
    fileSystem: XFS,
    probe,
  });

  for (const [profile, error, what] of [
    [MOBY_2019, 0, 'has no limit'],
    [STRICT, constants.errno.ENOSPC, 'has its limit'],
  ] as const) {
    matrixTest(
      `Q-46 in ${profile.name}: a layer made again ${what}`,
      about('Q-46', 'write after Create, Remove, Create with size=8M'),
      async (ends) => {
        await mountWithQuota(ends, 'xfs');
        const driver = await withBase(profile);
        await driver.createReadWrite('c', 'base', sized('8M'));
        await driver.remove('c');
        await driver.createReadWrite('c', 'base', sized('8M'));
        const merged = await driver.get('c');
        expect(fill(join(merged, 'f'), 2 * LIMIT)).toBe(error);
        await driver.put('c');
      },
    );
  }

  for (const [profile, tagged] of [
    [MOBY_2019, ['c', 'c/diff', 'c/link', 'c/lower', 'c/work']],
    [STRICT, ['c/diff', 'c/work']],
  ] as const) {
    matrixTest(
      `Q-47 in ${profile.name}: the limit is on ${tagged.join(', ')}`,
      about('Q-47', 'FS_IOC_FSGETXATTR of each path of the layer'),
      async (ends) => {
        await mountWithQuota(ends, 'xfs');
        const driver = await withBase(profile);
        await driver.createReadWrite('c', 'base', sized('8M'));
        const found: string[] = [];
        for (const path of ['c', 'c/diff', 'c/work']) {
          if ((await idOf(path)) !== 0) found.push(path);
        }
        expect(found).toEqual(tagged.filter((path) => !/link|lower/.test(path)));
      },
    );
  }

  for (const [profile, isShared, what] of [
    [MOBY_2019, true, 'share it'],
    [STRICT, false, 'have theirs'],
  ] as const) {
    matrixTest(
      `Q-48 in ${profile.name}: below a home with an id layers ${what}`,
      about('Q-48', 'ids of two layers after a restart on a home with an inheriting id'),
      async (ends) => {
        await mountWithQuota(ends, 'xfs');
        mkdirSync(place.home);
        await linux.ports.quota.setProjectId(place.home, 7);
        const first = await place.open({ profile });
        for (const id of ['base', 'a', 'b']) await first.create(id, id === 'base' ? '' : 'base');
        await place.endProcess();
        const driver = await place.open({ profile });
        for (const id of ['a', 'b']) await driver.remove(id);
        for (const id of ['a', 'b']) await driver.createReadWrite(id, 'base', sized('8M'));
        const [a, b] = [await idOf('a/diff'), await idOf('b/diff')];
        expect([a === 7, b === 7, a === b]).toEqual([isShared, isShared, isShared]);
      },
    );
  }
});

describe('project quota of ext4', () => {
  const probe = 'write through an overlay whose upper has the project: EDQUOT (122)';
  const about = { feature: 'quota', fileSystem: EXT4, probe };
  matrixTest(
    'stops a writer in an overlay, whose mounter has no privilege',
    about,
    async (ends) => {
      const device = await mountWithQuota(ends, 'ext4');
      const [layer, lower, merged] = ['layer', 'lower', 'merged'].map((name) => join(root, name));
      if (layer === undefined || lower === undefined || merged === undefined) return;
      const { quota, mounter } = linux.ports;
      for (const path of [layer, lower, merged]) mkdirSync(path);
      await quota.setProjectId(layer, 42);
      const [upper, work] = [join(layer, 'diff'), join(layer, 'work')];
      for (const path of [upper, work]) mkdirSync(path);
      const blocks = BigInt(LIMIT / 512);
      await quota.setLimits(device, 42, { hardBlocks: blocks, softBlocks: blocks });
      const layers = { lowers: [lower], upper, work, label: '', indexOff: false };
      const data = `lowerdir=${lower},upperdir=${upper},workdir=${work}`;
      await mounter.mount({ target: merged, flags: 0, data, layers });
      try {
        const error = fill(join(merged, 'f'), 2 * LIMIT);
        expect(error).toBe(constants.errno.EDQUOT);
      } finally {
        await mounter.umount(merged, 0);
      }
    },
  );

  const refused = { feature: 'quota', fileSystem: EXT4, probe: 'Init with overlay2.size=8M' };
  matrixTest('is not what a default size may lie on', refused, async (ends) => {
    await mountWithQuota(ends, 'ext4');
    await expect(place.open({ profile: STRICT, options: ['overlay2.size=8M'] })).rejects.toThrow(
      'Storage Option overlay2.size only supported for backingFS XFS. Found extfs',
    );
  });
});
