/**
 * Establishes which project ids are given and which limits are set, and the text of each step that
 * fails, on a scripted quota and a home of a few names.
 */
import { beforeEach, describe, expect, it } from 'vitest';
import type { FileStat } from '../../../src/domain/host/file-stat.js';
import { FILE_TYPE } from '../../../src/domain/host/file-type.js';
import type { ErrnoName } from '../../../src/domain/go/errno.js';
import { MOBY_2019 } from '../../../src/domain/profiles/moby-2019.js';
import { STRICT } from '../../../src/domain/profiles/strict.js';
import type { Profile } from '../../../src/domain/profiles/profile.js';
import { encodeUtf8, decodeUtf8 } from '../../../src/domain/utf8.js';
import type { Ports } from '../../../src/driver/context.js';
import { QuotaControl } from '../../../src/driver/quota-control.js';
import type { Directory } from '../../../src/ports/file-system.js';
import { failure, partOf } from '../../helpers/part-of.js';
import { ScriptedQuota } from '../../helpers/scripted-quota.js';
import { withMessage } from '../../helpers/with-message.js';

const UNSUPPORTED = 'Filesystem does not support, or has not enabled quotas';

let quota: ScriptedQuota;
let made: string[];
let uidMap: string;
let names: Readonly<Record<string, number>>;
let failing: Partial<Record<'stat' | 'unlink' | 'mknod' | 'openRoot', ErrnoName>>;

beforeEach(() => {
  quota = new ScriptedQuota();
  made = [];
  uidMap = '         0          0 4294967295\n';
  names = { l: FILE_TYPE.DIRECTORY, a: FILE_TYPE.DIRECTORY, file: FILE_TYPE.REGULAR };
  failing = {};
});

function check(call: keyof typeof failing, path: string): void {
  const errno = failing[call];
  if (errno !== undefined) throw failure(errno, call, path);
}

function ports(): Ports {
  const root = partOf<Directory>({
    getdents: async () =>
      Object.keys(names).map((name) => ({ name: encodeUtf8(name), ino: 1n, type: 0 })),
    lstatat: async (name) => ({ mode: names[decodeUtf8(name)] ?? 0 }) as FileStat,
    close: async () => undefined,
  });
  const fs = partOf<Ports['fs']>({
    stat: async (path) => {
      check('stat', path);
      return { dev: (8n << 32n) | 17n } as FileStat;
    },
    unlink: async (path) => {
      made.push(`unlink ${path}`);
      check('unlink', path);
    },
    mknod: async (path, mode, major, minor) => {
      check('mknod', path);
      made.push(`mknod ${path} ${mode.toString(8)} ${major}:${minor}`);
    },
    openRoot: async (path) => {
      check('openRoot', path);
      return root;
    },
  });
  const kernel = partOf<Ports['kernel']>({ uidMap: async () => uidMap });
  return { ...partOf<Ports>({}), fs, quota, kernel };
}

const probe = (profile: Profile = MOBY_2019): Promise<QuotaControl> =>
  QuotaControl.probe(ports(), profile, '/h');

describe('probe', () => {
  it('makes the device node anew and tries a limit on the id after the home', async () => {
    failing.unlink = 'ENOENT';
    await probe();
    expect(made).toEqual(['unlink /h/backingFsBlockDev', 'mknod /h/backingFsBlockDev 60600 8:17']);
    expect(quota.calls).toEqual(['limit 1 0']);
  });

  it.each([
    [MOBY_2019, '/h/a', 1006],
    [MOBY_2019, '/h/a/diff', 1001],
    [STRICT, '/h/a/diff', 1006],
    [STRICT, '/h/a', 1001],
  ] as const)(
    'finds ids that were given where its profile puts them: $0.name, $1',
    async (profile, path, expected) => {
      quota.ids.set('/h', 999);
      quota.ids.set(path, 1005);
      const control = await probe(profile);
      await control.setQuota('/h/new', ['/h/new'], 1024n);
      expect(quota.calls.slice(1)).toEqual([`tag /h/new ${expected}`, `limit ${expected} 2`]);
    },
  );

  it.each([
    ['a home without an id', 0, {}, 2],
    ['a home with an id', 999, {}, 1001],
    ['ids that an earlier process gave', 999, { '/h/a': 1005, '/h/l': 1001 }, 1006],
  ] as const)('gives the id that the reference says: %s', async (_, home, ids, expected) => {
    quota.ids.set('/h', home);
    for (const [path, id] of Object.entries(ids)) quota.ids.set(path, id);
    const control = await probe();
    await control.setQuota('/h/new', ['/h/new'], 1024n);
    expect(quota.calls.slice(1)).toEqual([`tag /h/new ${expected}`, `limit ${expected} 2`]);
  });

  it('has no quota in a user namespace, and makes nothing there', async () => {
    uidMap = '         0       1000          1\n';
    await expect(probe()).rejects.toThrow(withMessage(UNSUPPORTED));
    expect(made).toEqual([]);
  });

  it.each(['EPERM', 'ENOSYS'] as const)('takes %s of mknod for no quota', async (errno) => {
    failing.mknod = errno;
    await expect(probe()).rejects.toThrow(withMessage(UNSUPPORTED));
  });

  it('has no quota where it is accounted but not enforced', async () => {
    quota.flags = 0x10;
    await expect(probe()).rejects.toThrow(withMessage(UNSUPPORTED));
  });

  it.each(['EFAULT', 'ENOENT', 'ENOTBLK', 'EPERM'] as const)('tells %s bare', async (errno) => {
    quota.failing.set('quotaFlags', [errno, 'quotactl']);
    await expect(probe()).rejects.toThrow(withMessage(failure(errno).strerror));
  });

  it('takes any other errno for no quota', async () => {
    quota.failing.set('quotaFlags', ['ESRCH', 'quotactl']);
    await expect(probe()).rejects.toThrow(withMessage(UNSUPPORTED));
  });

  it('tells each step that fails', async () => {
    failing.mknod = 'ENOSPC';
    await expect(probe()).rejects.toThrow(
      withMessage('failed to mknod /h/backingFsBlockDev: no space left on device'),
    );
    delete failing.mknod;
    failing.stat = 'EIO';
    await expect(probe()).rejects.toThrow(withMessage('stat /h: input/output error'));
    delete failing.stat;
    failing.openRoot = 'EIO';
    await expect(probe()).rejects.toThrow(withMessage('read directory failed: /h'));
    delete failing.openRoot;
    quota.failing.set('projectId', ['EIO', 'ioctl']);
    await expect(probe()).rejects.toThrow(
      withMessage('failed to get projid for /h: input/output error'),
    );
    quota.failing.set('projectId', ['EACCES', 'open']);
    await expect(probe()).rejects.toThrow(withMessage('failed to open dir: /h'));
    quota.failing.clear();
    quota.failing.set('setLimits', ['EINVAL', 'quotactl']);
    await expect(probe()).rejects.toThrow(
      withMessage(
        'failed to set quota limit for projid 1 on /h/backingFsBlockDev: invalid argument',
      ),
    );
  });
});

describe('setQuota and forget', () => {
  it('tags a layer once and sets its limit each time', async () => {
    const control = await probe();
    await control.setQuota('/h/x', ['/h/x/diff', '/h/x/work'], 512n);
    await control.setQuota('/h/x', ['/h/x/diff', '/h/x/work'], 5120n);
    await control.setQuota('/h/y', ['/h/y'], 511n);
    expect(quota.calls.slice(1)).toEqual([
      'tag /h/x/diff 2',
      'tag /h/x/work 2',
      'limit 2 1',
      'limit 2 10',
      'tag /h/y 3',
      'limit 3 0',
    ]);
  });

  it('does not give an id away that could not be set', async () => {
    const control = await probe();
    quota.failing.set('setProjectId', ['EIO', 'ioctl']);
    await expect(control.setQuota('/h/x', ['/h/x'], 512n)).rejects.toThrow(
      withMessage('failed to set projid for /h/x: input/output error'),
    );
    quota.failing.set('setProjectId', ['ENOENT', 'open']);
    await expect(control.setQuota('/h/x', ['/h/x'], 512n)).rejects.toThrow(
      withMessage('failed to open dir: /h/x'),
    );
    quota.failing.clear();
    await control.setQuota('/h/x', ['/h/x'], 512n);
    expect(quota.ids.get('/h/x')).toBe(2);
  });

  it('lifts the limit of what it forgets, and nothing of what it does not know', async () => {
    const control = await probe(STRICT);
    await control.setQuota('/h/x', ['/h/x'], 1n);
    await control.forget('/h/unknown');
    await control.forget('/h/x');
    await control.forget('/h/x');
    expect(quota.calls.slice(1)).toEqual(['tag /h/x 2', 'limit 2 1', 'limit 2 0']);
  });
});
