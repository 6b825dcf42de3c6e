/**
 * Establishes what is unmounted below a path, in which order, and what becomes of failures, on a
 * mount table in memory; and how a tree that holds mounts is removed.
 */
import { beforeEach, describe, expect, it } from 'vitest';
import type { ErrnoName } from '../../../src/domain/go/errno.js';
import { MOBY_2019 } from '../../../src/domain/profiles/moby-2019.js';
import { STRICT } from '../../../src/domain/profiles/strict.js';
import { encodeUtf8 } from '../../../src/domain/utf8.js';
import type { Ports } from '../../../src/driver/context.js';
import { ensureRemoveAll } from '../../../src/driver/ensure-remove-all.js';
import { isMountPoint, lazyUnmount, recursiveUnmount } from '../../../src/driver/mount-table.js';
import { failure, partOf } from '../../helpers/part-of.js';
import { withMessage } from '../../helpers/with-message.js';

let mounted: string[];
let unmounted: string[];
let logs: string[];
let pausesMs: number[];
/** Errnos of umount by path. */
let refusing: Map<string, ErrnoName>;
/** What unlink of the removed tree answers, in order; the last for ever. */
let removals: (ErrnoName | undefined)[];
let table: string | undefined;

beforeEach(() => {
  mounted = [];
  unmounted = [];
  logs = [];
  pausesMs = [];
  refusing = new Map();
  removals = [];
  table = undefined;
});

function around(profile = MOBY_2019) {
  const lines = (): string =>
    mounted.map((path, at) => `${at + 20} 1 0:${at} / ${path} rw - overlay o rw\n`).join('');
  const ports: Ports = {
    ...partOf<Ports>({}),
    kernel: partOf<Ports['kernel']>({ mountInfo: async () => encodeUtf8(table ?? lines()) }),
    mounter: {
      pageLimited: true,
      mount: async () => undefined,
      umount: async (target, flags) => {
        expect(flags).toBe(2);
        const errno = refusing.get(target);
        if (errno !== undefined) throw failure(errno, 'umount', target);
        unmounted.push(target);
        mounted = mounted.filter((path) => path !== target);
      },
    },
    fs: partOf<Ports['fs']>({
      unlink: async (path) => {
        const errno = removals.length > 1 ? removals.shift() : removals[0];
        if (errno !== undefined) throw failure(errno, 'unlink', path);
      },
      rmdir: async (path) => {
        throw failure('EBUSY', 'rmdir', path);
      },
      openRoot: async () =>
        partOf<Awaited<ReturnType<Ports['fs']['openRoot']>>>({
          unlinkat: async () => {
            throw failure(removals[0] ?? 'EIO', 'unlinkat');
          },
          close: async () => undefined,
        }),
    }),
    clock: partOf<Ports['clock']>({ sleep: async (ms) => void pausesMs.push(ms) }),
    logger: { log: (level, message) => void logs.push(`${level}: ${message}`) },
  };
  return { ports, profile };
}

describe('recursiveUnmount', () => {
  it('unmounts the deepest first', async () => {
    mounted = ['/h/a', '/h/a/merged', '/other'];
    await recursiveUnmount(around(), '/h/a');
    expect(unmounted).toEqual(['/h/a/merged', '/h/a']);
    expect(mounted).toEqual(['/other']);
  });

  it.each([
    { profile: MOBY_2019, expected: ['/h/ab/merged', '/h/a/merged'] },
    { profile: STRICT, expected: ['/h/a/merged'] },
  ])('compares as $profile.name does', async ({ profile, expected }) => {
    mounted = ['/h/a/merged', '/h/ab/merged'];
    await recursiveUnmount(around(profile), '/h/a');
    expect(unmounted).toEqual(expected);
  });

  it('warns of a failure that is not the last, and tells the last', async () => {
    mounted = ['/h/a', '/h/a/merged'];
    refusing = new Map([['/h/a/merged', 'EBUSY']]);
    await recursiveUnmount(around(), '/h');
    expect(logs).toEqual([
      'warning: Failed to unmount submount /h/a/merged: ' +
        'umount /h/a/merged, flags: 0x2: device or resource busy',
    ]);
    mounted = ['/h/a'];
    refusing = new Map([['/h/a', 'EPERM']]);
    await expect(recursiveUnmount(around(), '/h')).rejects.toThrow(
      withMessage('umount /h/a, flags: 0x2: operation not permitted'),
    );
  });

  it('tells of a table that cannot be parsed', async () => {
    table = '1 2 3\n';
    await expect(recursiveUnmount(around(), '/h')).rejects.toThrow(
      "Parsing '1 2 3' failed: not enough fields (3)",
    );
  });
});

describe('lazyUnmount and isMountPoint', () => {
  it('takes what is not mounted for success', async () => {
    refusing = new Map([['/h/a', 'EINVAL']]);
    await expect(lazyUnmount(around(), '/h/a')).resolves.toBeUndefined();
  });

  it('answers for the very path, and no where the table cannot be read', async () => {
    mounted = ['/h/a'];
    const place = around();
    expect([await isMountPoint(place, '/h/a'), await isMountPoint(place, '/h')]).toEqual([
      true,
      false,
    ]);
    table = 'damaged\n';
    expect(await isMountPoint(place, '/h/a')).toBe(false);
  });
});

describe('ensureRemoveAll', () => {
  it('unmounts below and removes', async () => {
    mounted = ['/h/a/merged'];
    removals = [undefined];
    await ensureRemoveAll(around(), '/h/a');
    expect([unmounted, pausesMs]).toEqual([['/h/a/merged'], []]);
  });

  it('goes on when the table cannot be read', async () => {
    table = 'damaged\n';
    removals = [undefined];
    await expect(ensureRemoveAll(around(), '/h/a')).resolves.toBeUndefined();
  });

  it('tries a busy path again every 100 ms, 50 times', async () => {
    removals = ['EBUSY'];
    await expect(ensureRemoveAll(around(), '/h/a')).rejects.toThrow(
      withMessage('unlinkat /h/a: device or resource busy'),
    );
    expect(pausesMs).toEqual(Array.from({ length: 50 }, () => 100));
  });

  it('tells of a busy mount that cannot be unmounted', async () => {
    mounted = ['/h/a'];
    refusing = new Map([['/h/a', 'EPERM']]);
    removals = ['EBUSY'];
    await expect(ensureRemoveAll(around(), '/h/a')).rejects.toThrow(
      withMessage('error while removing /h/a: umount /h/a, flags: 0x2: operation not permitted'),
    );
  });

  it('tells any other errno at once', async () => {
    removals = ['EROFS'];
    await expect(ensureRemoveAll(around(), '/h/a')).rejects.toThrow(
      withMessage('unlinkat /h/a: read-only file system'),
    );
    expect(pausesMs).toEqual([]);
  });
});
