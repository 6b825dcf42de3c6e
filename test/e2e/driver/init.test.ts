/**
 * Establishes what Init decides and says on hosts that this machine is not: kernels, magics and
 * probes are scripted, files and mounts are real.
 */
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeUtf8 } from '../../../src/domain/utf8.js';
import type { OverlayDriver } from '../../../src/driver/driver.js';
import type { ErrnoName } from '../../../src/domain/go/errno.js';
import type { Directory } from '../../../src/ports/file-system.js';
import { failure } from '../../helpers/part-of.js';
import { type Answers, answering } from '../../helpers/scripted-kernel.js';
import { type OpenOptions, TestHome } from '../../helpers/test-home.js';
import { withMessage } from '../../helpers/with-message.js';

const BTRFS = 0x9123683e;

let place: TestHome;

beforeEach(() => {
  place = new TestHome();
});

afterEach(() => place.remove());

function open(answers: Answers, options: OpenOptions = {}): Promise<OverlayDriver> {
  return place.open({ ...options, decorate: (ports) => answering(ports, answers) });
}

const refused = withMessage('driver not supported');
const said = (level: string): readonly string[] =>
  place.logs.filter((line) => line.level === level).map((line) => line.message);

describe('overlay itself', () => {
  it('is missing where the kernel does not list it', async () => {
    await expect(
      open({ kernel: { fileSystems: async () => 'nodev\tproc\n\text4\n' } }),
    ).rejects.toThrow(refused);
    expect(said('error')).toEqual([
      "'overlay' not found as a supported filesystem on this host. " +
        'Please ensure kernel is new enough and has overlay support loaded.',
    ]);
    expect(existsSync(place.home)).toBe(false);
  });

  it('counts as missing, without a word, where the list cannot be read', async () => {
    const fileSystems = async (): Promise<string> => {
      throw failure('EACCES', 'open', '/proc/filesystems');
    };
    await expect(open({ kernel: { fileSystems } })).rejects.toThrow(refused);
    expect(said('error')).toEqual([]);
  });

  it('counts as missing where no temporary directory can be made', async () => {
    const nowhere = join(place.scratch, 'nowhere');
    await expect(open({ kernel: { tempDirectory: () => nowhere } })).rejects.toThrow(refused);
    expect(said('error').join()).toMatch(
      /^could not create temporary directory, so assuming that 'overlay' is not supported: stat /,
    );
  });
});

describe('kernels', () => {
  it('refuses a release that is no version', async () => {
    await expect(open({ kernel: { release: async () => 'next' } })).rejects.toThrow(
      withMessage("Can't parse kernel version next"),
    );
  });

  it('probes two lowers below 4.0, and leaves nothing of it', async () => {
    await open({ kernel: { release: async () => '3.19.0' } });
    expect(readdirSync(place.scratch)).toEqual(['home']);
  });

  it('refuses a kernel below 4.0 that mounts no two lowers', async () => {
    const mount = async (): Promise<void> => {
      throw failure('EINVAL', 'mount');
    };
    const kernel = { release: async () => '3.10.0' };
    await expect(open({ kernel, mounter: { mount } })).rejects.toThrow(refused);
    expect(said('debug')).toContain(
      'Multiple lower dirs not supported: failed to mount overlay: invalid argument',
    );
    expect(readdirSync(place.scratch)).toEqual([]);
  });

  it('takes an old kernel when it is overridden, with a warning', async () => {
    const options = ['overlay2.override_kernel_check=true'];
    await open({ kernel: { release: async () => '3.10.0' } }, { options });
    expect(said('warning')).toContain(
      'Using pre-4.0.0 kernel for overlay2, mount failures may require kernel update',
    );
  });

  it('refuses btrfs below 4.7', async () => {
    const fs = { statfs: async () => ({ type: BTRFS, readOnly: false }) };
    await expect(open({ kernel: { release: async () => '4.6.9' }, fs })).rejects.toThrow(
      withMessage('backing file system is unsupported for this graph driver'),
    );
    expect(said('error')).toEqual(["'overlay2' requires kernel 4.7 to use on btrfs"]);
  });
});

describe('d_type', () => {
  /** A file system that gives no types with its names. */
  const untyped: OpenOptions = {
    decorate: (ports) =>
      answering(ports, {
        fs: {
          openRoot: async (path) => {
            const root = await ports.fs.openRoot(path);
            const getdents: Directory['getdents'] = async () =>
              (await root.getdents()).map((entry) => ({ ...entry, type: 0 }));
            return new Proxy(root, {
              get(target, name): unknown {
                if (name === 'getdents') return getdents;
                const value: unknown = Reflect.get(target, name, target);
                return typeof value === 'function' ? value.bind(target) : value;
              },
            });
          },
        },
      }),
  };
  const text =
    'overlay2: the backing extfs filesystem is formatted without d_type support, which leads to ' +
    'incorrect behavior. Reformat the filesystem (or use tune2fs) with -O filetype flag to ' +
    'enable d_type support. Backing filesystems without d_type support are not supported.';

  it('is needed by a new home', async () => {
    await expect(place.open(untyped)).rejects.toThrow(withMessage(text));
    expect(readdirSync(place.scratch)).toEqual([]);
  });

  it('is missed with a warning by a home in use', async () => {
    mkdirSync(place.home);
    writeFileSync(join(place.home, 'used'), '');
    const driver = await place.open(untyped);
    expect(said('warning')).toContain(text);
    expect((await driver.status())[1]).toEqual(['Supports d_type', 'false']);
  });

  it('fails where the home is no directory', async () => {
    writeFileSync(place.home, '');
    await expect(place.open()).rejects.toThrow(withMessage('readdirent: not a directory'));
  });
});

describe('what is mended and noted', () => {
  it('makes l with the owner of the maps, and gives an existing one to it', async () => {
    const maps = [{ containerId: 0, hostId: 1234, size: 10 }];
    mkdirSync(join(place.home, 'l'), { recursive: true, mode: 0o711 });
    await place.open({ uidMaps: maps, gidMaps: maps });
    expect(statSync(join(place.home, 'l'))).toMatchObject({ uid: 1234, gid: 1234 });
    // The mode stays, as does the owner of the home that was there.
    expect(statSync(join(place.home, 'l')).mode & 0o777).toBe(0o711);
    expect(statSync(place.home).uid).toBe(0);
  });

  it.each([
    ['ENOENT', '', []],
    [
      'EACCES',
      '',
      [
        'Unable to detect whether overlay kernel module supports index parameter: ' +
          'stat index: permission denied',
      ],
    ],
  ] as const)('mounts without index=off where the parameter gives %s', async (errno, _, warned) => {
    const overlayParameter = async (name: string): Promise<string> => {
      throw failure(errno, 'stat', name);
    };
    await open({ kernel: { overlayParameter } });
    expect(said('warning')).toEqual(warned);
    expect(said('debug').join()).toContain('indexOff=""');
  });

  it('says what it found', async () => {
    await place.open();
    expect(said('debug').at(-1)).toBe(
      'backingFs=extfs, projectQuotaSupported=false, indexOff="index=off,"',
    );
  });
});

describe('the native-diff probe', () => {
  const prefix =
    'Not using native diff for overlay2, this may cause degraded performance for building images: ';

  /** Asks for the status where one call fails or answers otherwise; gives row and warning. */
  async function probed(answers: Answers): Promise<readonly unknown[]> {
    const driver = await open(answers);
    const [, , row] = await driver.status();
    expect(readdirSync(place.home)).toEqual(['l']);
    expect(place.mounts()).toEqual([]);
    return [row?.[1], said('warning').map((line) => line.replace(prefix, ''))];
  }

  const failing = (errno: ErrnoName) => (): Promise<never> =>
    Promise.reject(failure(errno, 'call', '/path'));

  it('finds this kernel native, once', async () => {
    const driver = await place.open();
    expect((await driver.status())[2]).toEqual(['Native Overlay Diff', 'true']);
    place.around = () => Promise.reject(new Error('asked again'));
    expect((await driver.status())[2]).toEqual(['Native Overlay Diff', 'true']);
  });

  const naive: readonly (readonly [string, Answers, string])[] = [
    [
      'no trusted attributes',
      { fs: { setxattr: failing('EPERM') } },
      'failed to set opaque flag on middle layer: operation not permitted',
    ],
    [
      'no reading of attributes',
      { fs: { getxattr: failing('EIO') } },
      'failed to read opaque flag on upper layer: input/output error',
    ],
    [
      'an opaque mark that is copied up',
      { fs: { getxattr: async () => encodeUtf8('y') } },
      'opaque flag erroneously copied up, consider update to kernel 4.8 or later to fix',
    ],
    [
      'a rename that fails oddly',
      { fs: { rename: failing('EIO') } },
      'failed to rename dir in merged directory: call /path: input/output error',
    ],
    [
      'a rename that leaves a redirect',
      {
        fs: {
          rename: async () => undefined,
          getxattr: async (_path: string, name: string) =>
            encodeUtf8(name.endsWith('redirect') ? 'd1' : ''),
        },
      },
      'kernel has CONFIG_OVERLAY_FS_REDIRECT_DIR enabled',
    ],
  ];

  it.each(naive)('is naive with %s', async (_, answers, text) => {
    expect(await probed(answers)).toEqual(['false', [text]]);
  });

  it('is native with a rename that leaves no redirect', async () => {
    const fs = { rename: async () => undefined, getxattr: failing('ENODATA') };
    expect(await probed({ fs })).toEqual(['true', []]);
  });

  it('warns of a scratch overlay that it cannot unmount', async () => {
    const driver = await place.open();
    place.around = async (call, perform) => {
      if (call.call === 'umount') throw failure('EBUSY', 'umount', 'x');
      return perform();
    };
    await driver.status();
    expect(said('warning')[0]).toMatch(/^Failed to unmount check directory .*merged: /);
  });
});
