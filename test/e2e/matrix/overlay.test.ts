/**
 * Establishes what the kernel's overlayfs offers of what the driver and its doctor look for, for
 * the kernel matrix: mount options, limits, and what a layer's file system keeps of it.
 */
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect } from 'vitest';
import { createLinuxPorts, type LinuxPorts } from '../../../src/adapters/linux/ports.js';
import { isErrno, messageOf } from '../../../src/domain/errors.js';
import { encodeUtf8 } from '../../../src/domain/utf8.js';
import { matrixTest, mountOrEnd } from '../../helpers/matrix-check.js';
import { unmountBelow } from '../../helpers/scenario-unmount.js';

let root: string;
let linux: LinuxPorts;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'overlay2-ref-matrix-'));
  linux = createLinuxPorts();
});

afterEach(async () => {
  await linux.dispose();
  unmountBelow(root);
  rmSync(root, { recursive: true, force: true });
});

/** Makes the four directories of a mount below a directory, and gives its data. */
function makeTree(at: string): { data: string; path(name: string): string } {
  const path = (name: string): string => join(at, name);
  for (const name of ['l', 'u', 'w', 'm']) mkdirSync(path(name), { recursive: true });
  return { data: `lowerdir=${path('l')},upperdir=${path('u')},workdir=${path('w')}`, path };
}

/** Mounts, and gives the errno where the kernel refuses. */
async function tryMount(target: string, data: string, cwd?: string): Promise<string> {
  try {
    await linux.ports.mounter.mount({
      target,
      flags: 0,
      data,
      ...(cwd === undefined ? {} : { cwd }),
    });
    return '';
  } catch (error) {
    return messageOf(error);
  }
}

describe('mount options', () => {
  for (const option of [
    'index=off',
    'index=on',
    'redirect_dir=on',
    'redirect_dir=nofollow',
    'metacopy=on',
    'nfs_export=on,index=on',
    'xino=auto',
    'volatile',
    'userxattr',
    'uuid=null',
    'verity=on',
    'fsync=strict',
  ]) {
    const about = { feature: 'mount option', fileSystem: '-', probe: `mount(2) with ${option}` };
    matrixTest(option, about, async (ends) => {
      const { data, path } = makeTree(root);
      const refused = await tryMount(path('m'), `${data},${option}`);
      if (refused !== '') ends.unsupported(refused);
      expect(statSync(path('m')).isDirectory()).toBe(true);
    });
  }
});

describe('limits', () => {
  const about = (probe: string): Parameters<typeof matrixTest>[1] => ({
    feature: 'limits',
    fileSystem: '-',
    probe,
  });

  matrixTest('500 lower directories mount, 501 do not', about('mount(2)'), async () => {
    const { path } = makeTree(root);
    const names = Array.from({ length: 501 }, (_, at) => String(at));
    for (const name of names) mkdirSync(path(name));
    // Relative names, as the driver's, since the absolute ones of 500 fill more than a page.
    expect(await tryMount(path('m'), `lowerdir=${names.slice(1).join(':')}`, root)).toBe('');
    unmountBelow(root);
    const refused = await tryMount(path('m'), `lowerdir=${names.join(':')}`, root);
    expect(refused).toMatch(/cannot allocate memory|invalid argument/);
  });
});

describe('what layers keep', () => {
  for (const type of ['ext4', 'xfs', 'btrfs', 'tmpfs'] as const) {
    const about = (feature: string, probe: string): Parameters<typeof matrixTest>[1] => ({
      feature,
      fileSystem: type,
      probe,
    });

    matrixTest('a deletion is a 0:0 device', about('whiteouts', 'unlink; lstat'), async (ends) => {
      const { data, path } = await onFresh(ends, type);
      writeFileSync(path('l/f'), '');
      expect(await tryMount(path('m'), data)).toBe('');
      rmSync(path('m/f'));
      expect(lstatSync(path('u/f')).isCharacterDevice()).toBe(true);
      expect(lstatSync(path('u/f')).rdev).toBe(0);
    });

    const shares = about('shared whiteouts', 'unlink of two files; lstat: one inode');
    matrixTest('whiteouts share an inode', shares, async (ends) => {
      const { data, path } = await onFresh(ends, type);
      for (const name of ['l/f', 'l/g']) writeFileSync(path(name), '');
      expect(await tryMount(path('m'), data)).toBe('');
      for (const name of ['m/f', 'm/g']) rmSync(path(name));
      const [f, g] = [lstatSync(path('u/f')), lstatSync(path('u/g'))];
      if (f.ino !== g.ino) ends.unsupported('each whiteout has an inode of its own');
      expect(f.nlink).toBeGreaterThanOrEqual(2);
    });

    const opaque = about('opaque directories', 'rmdir, mkdir; trusted.overlay.opaque');
    matrixTest('a directory made anew is opaque', opaque, async (ends) => {
      const { data, path } = await onFresh(ends, type);
      mkdirSync(path('l/d'));
      writeFileSync(path('l/d/old'), '');
      expect(await tryMount(path('m'), data)).toBe('');
      rmSync(path('m/d'), { recursive: true });
      mkdirSync(path('m/d'));
      const value = await linux.ports.fs.getxattr(path('u/d'), 'trusted.overlay.opaque');
      expect(Buffer.from(value).toString()).toBe('y');
    });

    const user = about('user attributes', 'setxattr user.x in the mounted tree');
    matrixTest('an attribute of a user is kept', user, async (ends) => {
      const { data, path } = await onFresh(ends, type);
      writeFileSync(path('l/f'), '');
      expect(await tryMount(path('m'), data)).toBe('');
      try {
        await linux.ports.fs.setxattr(path('m/f'), 'user.x', encodeUtf8('1'));
      } catch (error) {
        if (!isErrno(error, 'ENOTSUP', 'EOPNOTSUPP')) throw error;
        ends.unsupported(messageOf(error));
      }
      const value = await linux.ports.fs.getxattr(path('u/f'), 'user.x');
      expect(Buffer.from(value).toString()).toBe('1');
    });

    const moved = about('renamed directories', 'rename of a lower directory: EXDEV');
    matrixTest('a lower directory is not renamed', moved, async (ends) => {
      const { data, path } = await onFresh(ends, type);
      mkdirSync(path('l/d'));
      expect(await tryMount(path('m'), data)).toBe('');
      let errno = '';
      try {
        renameSync(path('m/d'), path('m/e'));
      } catch (error) {
        errno = (error as NodeJS.ErrnoException).code ?? '';
      }
      if (errno === '') ends.unsupported('redirect_dir is on by default: the rename is a redirect');
      expect(errno).toBe('EXDEV');
    });
  }

  async function onFresh(
    ends: Parameters<typeof mountOrEnd>[0],
    type: string,
  ): Promise<ReturnType<typeof makeTree>> {
    mountOrEnd(ends, type, join(root, 'fs'));
    return makeTree(join(root, 'fs/tree'));
  }
});
