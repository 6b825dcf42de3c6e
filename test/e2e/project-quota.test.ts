/**
 * Establishes that project ids and limits reach the kernel by the layout of its own structures: on
 * XFS in a loop device, with quota where this kernel has it. `xfs_io` is the second witness.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLinuxPorts, type LinuxPorts } from '../../src/adapters/linux/ports.js';
import { isErrno, messageOf } from '../../src/domain/errors.js';
import { FILE_TYPE } from '../../src/domain/host/file-type.js';
import { withMessage } from '../helpers/with-message.js';

const IMAGE_BYTES = String(320 * 2 ** 20);

let scratch = '';
let home = '';
let device = '';
let linux: LinuxPorts;
/** Why there is no XFS here; undefined when it is mounted. */
let noXfs: string | undefined;
/** Why there is no project quota on it. */
let noQuota: string | undefined;

beforeAll(async () => {
  linux = createLinuxPorts();
  scratch = mkdtempSync(join(tmpdir(), 'overlay2-ref-quota-'));
  home = join(scratch, 'home');
  mkdirSync(home);
  noXfs = mountXfs(['-o', 'prjquota']);
  if (noXfs !== undefined) {
    noQuota = `project quota cannot be mounted: ${noXfs}`;
    noXfs = mountXfs([]);
  }
  if (noXfs !== undefined) return;
  device = join(home, 'device');
  const { dev } = await linux.ports.fs.stat(home);
  const [major, minor] = [Number(dev >> 32n), Number(dev & 0xffff_ffffn)];
  await linux.ports.fs.mknod(device, FILE_TYPE.BLOCK | 0o600, major, minor);
  try {
    await linux.ports.quota.quotaFlags(device);
  } catch (error) {
    if (!isErrno(error, 'ENOSYS', 'ESRCH', 'ENOTSUP')) throw error;
    noQuota ??= `this kernel has no quota on XFS: ${messageOf(error)}`;
  }
});

afterAll(async () => {
  if (noXfs === undefined) await linux.ports.mounter.umount(home, 0);
  await linux.dispose();
  rmSync(scratch, { recursive: true, force: true });
});

/** Says what went wrong; undefined when the file system is mounted. */
function mountXfs(options: readonly string[]): string | undefined {
  const image = join(scratch, 'image');
  return (
    run('truncate', '-s', IMAGE_BYTES, image) ??
    run('mkfs.xfs', '-q', '-f', image) ??
    run('mount', ...options, '-o', 'loop', '-t', 'xfs', image, home)
  );
}

function run(command: string, ...args: readonly string[]): string | undefined {
  const { error, status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (error !== undefined) return error.message;
  return status === 0 ? undefined : `${command}: ${stderr.trim()}`;
}

function layer(name: string): string {
  const path = join(home, name);
  mkdirSync(path);
  return path;
}

describe('project ids', () => {
  test('a directory starts without one, takes one and hands it down', async ({ skip }) => {
    if (noXfs !== undefined) skip(`no XFS: ${noXfs}`);
    const { quota } = linux.ports;
    const path = layer('tagged');
    expect(await quota.projectId(path)).toBe(0);

    await quota.setProjectId(path, 0xfffffffe);
    mkdirSync(join(path, 'diff'));

    expect(await quota.projectId(path)).toBe(0xfffffffe);
    expect(await quota.projectId(join(path, 'diff'))).toBe(0xfffffffe);
  });

  test('another program reads the same id and the inherit flag', async ({ skip }) => {
    if (noXfs !== undefined) skip(`no XFS: ${noXfs}`);
    const path = layer('witnessed');
    await linux.ports.quota.setProjectId(path, 1001);

    const { error, stdout } = spawnSync('xfs_io', ['-r', '-c', 'stat', path], { encoding: 'utf8' });

    if (error !== undefined) skip(`no xfs_io: ${error.message}`);
    expect(stdout).toMatch(/^fsxattr\.projid = 1001$/m);
    expect(stdout).toMatch(/^fsxattr\.xflags = 0x[0-9a-f]*2[0-9a-f]{2} /m);
  });

  test('what is missing or no directory fails as open fails', async () => {
    const { quota } = linux.ports;
    const [none, file] = [join(scratch, 'none'), join(scratch, 'file')];
    writeFileSync(file, '');

    await expect(quota.projectId(none)).rejects.toThrow(
      withMessage(`open ${none}: no such file or directory`),
    );
    await expect(quota.setProjectId(file, 5)).rejects.toThrow(
      withMessage(`open ${file}: not a directory`),
    );
  });

  test('a file system without project ids refuses them with its own errno', async () => {
    const { quota } = linux.ports;

    const refused = quota.setProjectId('/proc', 5);

    await expect(refused).rejects.toMatchObject({ syscall: 'ioctl', path: '/proc' });
    await expect(refused).rejects.toThrow(
      /^ioctl \/proc: (inappropriate ioctl for device|operation not supported)$/,
    );
  });
});

describe('limits', () => {
  test('are kept by the kernel in blocks, and enforced', async ({ skip }) => {
    if (noQuota !== undefined) skip(noQuota);
    const { quota } = linux.ports;
    const path = layer('limited');
    await quota.setProjectId(path, 42);

    expect((await quota.quotaFlags(device)) & 0x30).toBe(0x30);
    await quota.setLimits(device, 42, { hardBlocks: 2048n, softBlocks: 1024n });

    expect(await quota.limits(device, 42)).toEqual({ hardBlocks: 2048n, softBlocks: 1024n });
    expect(() => writeFileSync(join(path, 'big'), new Uint8Array(2 ** 21))).toThrow(
      /ENOSPC|EDQUOT/,
    );
    expect(statSync(join(path, 'big')).size).toBeLessThanOrEqual(2 ** 20);
  });

  test('fail by name where there is no such device', async () => {
    const { quota } = linux.ports;
    const none = join(scratch, 'none');
    const zero = { hardBlocks: 0n, softBlocks: 0n };

    for (const failed of [
      quota.quotaFlags(none),
      quota.limits(none, 1),
      quota.setLimits(none, 1, zero),
    ]) {
      // A kernel built without quota refuses the call before it looks at the path.
      await expect(failed).rejects.toThrow(
        /^quotactl .*\/none: (no such file or directory|function not implemented)$/,
      );
    }
  });
});
