/** Establishes what the machine's project quota answers, on XFS and ext4, and without quota. */
import { describe, expect, test } from 'vitest';
import { Machine } from '../../../../src/adapters/fake/machine.js';
import type { MemoryVolumeOptions } from '../../../../src/adapters/fake/memory-volume.js';
import { createFakePorts, type FakePorts } from '../../../../src/adapters/fake/ports.js';
import { composeFake } from '../../../../src/composition.js';
import { FILE_TYPE } from '../../../../src/domain/host/file-type.js';
import { OPEN } from '../../../../src/domain/host/open-flags.js';
import { MOBY_2019 } from '../../../../src/domain/profiles/moby-2019.js';
import { STRICT } from '../../../../src/domain/profiles/strict.js';

const DEVICE = '/tmp/device';
const LIMIT_BYTES = 8 * 4096;

async function portsOn(root: MemoryVolumeOptions): Promise<FakePorts['ports']> {
  const { ports } = createFakePorts(new Machine({ root }));
  const { dev } = await ports.fs.stat('/');
  const [major, minor] = [Number(dev >> 32n), Number(dev & 0xffff_ffffn)];
  await ports.fs.mknod(DEVICE, FILE_TYPE.BLOCK | 0o600, major, minor);
  await ports.fs.mkdir('/tmp/project', 0o755);
  return ports;
}

describe('a volume with project quota', () => {
  test('keeps projects and limits', async () => {
    const { quota, fs } = await portsOn({ kind: 'xfs', projectQuota: true });
    await quota.setProjectId('/tmp/project', 7);
    await fs.mkdir('/tmp/project/below', 0o755);
    await quota.setLimits(DEVICE, 7, { hardBlocks: 64n, softBlocks: 32n });

    expect([
      await quota.projectId('/tmp/project/below'),
      await quota.projectId('/tmp'),
      await quota.quotaFlags(DEVICE),
    ]).toEqual([7, 0, 0x30]);
    expect(await quota.limits(DEVICE, 7)).toEqual({ hardBlocks: 64n, softBlocks: 32n });
    expect(await quota.limits(DEVICE, 8)).toEqual({ hardBlocks: 0n, softBlocks: 0n });
  });

  test('refuses what is no directory, no device, or not one of its own', async () => {
    const { quota, fs } = await portsOn({ kind: 'xfs', projectQuota: true });
    await fs.mknod('/tmp/elsewhere', FILE_TYPE.BLOCK | 0o600, 99, 1);
    const rows = [
      [quota.projectId('/none'), 'open /none: no such file or directory'],
      [quota.setProjectId(DEVICE, 1), `open ${DEVICE}: not a directory`],
      [quota.quotaFlags('/none'), 'quotactl /none: no such file or directory'],
      [quota.quotaFlags('/tmp'), 'quotactl /tmp: block device required'],
      [quota.quotaFlags('/tmp/elsewhere'), 'quotactl /tmp/elsewhere: no such device'],
    ] as const;
    for (const [call, message] of rows) await expect(call).rejects.toThrow(message);
  });

  test.each([
    ['moby-2019', MOBY_2019],
    ['strict', STRICT],
  ] as const)('limits the layers of a driver of %s', async (_name, profile) => {
    const { driver, ports } = await composeFake({
      home: '/var/lib/overlay2',
      profile,
      machineOptions: { root: { kind: 'xfs', projectQuota: true } },
    });
    await driver.createReadWrite('a', '', { storageOpt: new Map([['size', String(LIMIT_BYTES)]]) });
    const path = await driver.get('a', '');
    const file = await ports.fs.open(`${path}/file`, OPEN.WRITE_ONLY | OPEN.CREATE, 0o644);

    const written = await file.write(new Uint8Array(LIMIT_BYTES * 2));

    expect(written).toBeLessThanOrEqual(LIMIT_BYTES);
    expect(written).toBeGreaterThan(0);
    await expect(file.write(new Uint8Array(LIMIT_BYTES))).rejects.toThrow(
      'no space left on device',
    );
    await file.close();
    await driver.put('a');
  });
});

test('a volume without project quota has no projects and no limits', async () => {
  const { quota } = await portsOn({});
  const limits = { hardBlocks: 1n, softBlocks: 1n };
  const rows = [
    [quota.setProjectId('/tmp/project', 1), 'ioctl /tmp/project: operation not supported'],
    [quota.limits(DEVICE, 1), `quotactl ${DEVICE}: no such process`],
    [quota.setLimits(DEVICE, 1, limits), `quotactl ${DEVICE}: no such process`],
  ] as const;
  for (const [call, message] of rows) await expect(call).rejects.toThrow(message);
  expect([await quota.projectId('/tmp/project'), await quota.quotaFlags(DEVICE)]).toEqual([0, 0]);
});
