/** What an open directory must answer of owners, modes, times and extended attributes. */
import { expect } from 'vitest';
import { FILE_TYPE } from '../../src/domain/host/file-type.js';
import { OPEN } from '../../src/domain/host/open-flags.js';
import type { Directory } from '../../src/ports/file-system.js';
import { bytes, expectFailure, inDirectory, permissionsOf, type Case } from './contract.js';

const FILE = bytes('file');
const LINK = bytes('link');

/** Makes `file` and `link`, a symlink to it. */
async function createPair(directory: Directory): Promise<void> {
  await (await directory.openat(FILE, OPEN.WRITE_ONLY | OPEN.CREATE, 0o644)).close();
  await directory.symlinkat(FILE, LINK);
}

const OWNER_CASES: readonly Case[] = [
  {
    name: 'lchownat changes a symlink and not its target',
    run: inDirectory(async (directory) => {
      await createPair(directory);

      await directory.lchownat(LINK, 1000, 4294967294);

      expect(await directory.lstatat(LINK)).toMatchObject({ uid: 1000, gid: 4294967294 });
      expect(await directory.lstatat(FILE)).toMatchObject({ uid: 0, gid: 0 });
    }),
  },
  {
    name: 'chmodat sets twelve bits whatever the umask',
    run: inDirectory(async (directory) => {
      await createPair(directory);

      await directory.chmodat(FILE, 0o5777);

      expect(permissionsOf((await directory.lstatat(FILE)).mode)).toBe(0o5777);
    }),
  },
  {
    name: 'fchown, fchmod and futimens change the directory itself',
    run: inDirectory(async (directory, { ports: { fs }, root }) => {
      const [atime, mtime] = [
        { seconds: 5n, nanoseconds: 6 },
        { seconds: 7n, nanoseconds: 8 },
      ];
      await directory.fchown(9, 10);
      await directory.fchmod(0o1711);
      await directory.futimens(atime, mtime);

      const stat = await fs.stat(root);

      expect(stat).toMatchObject({ uid: 9, gid: 10, atime, mtime });
      expect(permissionsOf(stat.mode)).toBe(0o1711);
      expect(await directory.fstat()).toEqual(stat);
    }),
  },
  {
    name: 'utimensat changes a symlink and not its target, to the nanosecond, before 1970 too',
    run: inDirectory(async (directory) => {
      await createPair(directory);
      const before = await directory.lstatat(FILE);
      const [atime, mtime] = [
        { seconds: -1_000_000_000n, nanoseconds: 1 },
        { seconds: 1_000_000_000n, nanoseconds: 999_999_999 },
      ];

      await directory.utimensat(LINK, atime, mtime);

      expect(await directory.lstatat(LINK)).toMatchObject({ atime, mtime });
      expect(await directory.lstatat(FILE)).toEqual(before);
    }),
  },
  {
    name: 'a change of a directory entry moves the times of the directory',
    run: inDirectory(async (directory) => {
      const old = { seconds: 1n, nanoseconds: 0 };
      await directory.futimens(old, old);

      await directory.mkdirat(bytes('new'), 0o755);

      expect((await directory.fstat()).mtime.seconds).toBeGreaterThan(1n);
    }),
  },
];

const XATTR_CASES: readonly Case[] = [
  {
    name: 'lsetxattrat marks a directory as the kernel does, seen by path and by handle',
    run: inDirectory(async (directory, { ports: { fs }, root }) => {
      await directory.mkdirat(bytes('sub'), 0o755);
      await directory.lsetxattrat(bytes('sub'), 'trusted.overlay.opaque', bytes('y'));

      const value = await directory.lgetxattrat(bytes('sub'), 'trusted.overlay.opaque');

      expect(value).toEqual(bytes('y'));
      expect(await fs.getxattr(`${root}/sub`, 'trusted.overlay.opaque')).toEqual(value);
    }),
  },
  {
    name: 'attributes of a symlink are its own',
    run: inDirectory(async (directory) => {
      await createPair(directory);
      await directory.lsetxattrat(LINK, 'trusted.test', bytes('link'));

      expect(await directory.lgetxattrat(LINK, 'trusted.test')).toEqual(bytes('link'));
      const absent = directory.lgetxattrat(FILE, 'trusted.test');
      await expectFailure(absent, { errno: 'ENODATA', syscall: 'lgetxattr', path: 'file' });
      expect(await directory.llistxattrat(FILE)).toEqual([]);
    }),
  },
  {
    name: 'user attributes are refused on symlinks and devices, unknown namespaces everywhere',
    needs: 'xattr-namespaces',
    run: inDirectory(async (directory) => {
      await createPair(directory);
      await directory.mknodat(bytes('dev'), FILE_TYPE.CHARACTER | 0o600, 1, 3);
      const value = bytes('v');
      for (const path of ['link', 'dev']) {
        const set = directory.lsetxattrat(bytes(path), 'user.x', value);
        await expectFailure(set, { errno: 'EPERM', syscall: 'lsetxattr', path });
      }
      const unknown = directory.lsetxattrat(FILE, 'nothing.x', value);
      await expectFailure(unknown, { errno: 'ENOTSUP', syscall: 'lsetxattr', path: 'file' });
      const long = directory.lsetxattrat(FILE, `trusted.${'x'.repeat(248)}`, value);
      await expectFailure(long, { errno: 'ERANGE', syscall: 'lsetxattr', path: 'file' });
    }),
  },
  {
    name: 'values and lists longer than a first guess come whole',
    run: inDirectory(async (directory) => {
      await createPair(directory);
      const value = Uint8Array.from({ length: 1500 }, (_, i) => i & 0xff);
      await directory.lsetxattrat(FILE, 'trusted.long', value);
      const names = Array.from({ length: 20 }, (_, i) => `trusted.name-${i}-of-some-length`);
      for (const name of names) await directory.lsetxattrat(FILE, name, new Uint8Array());

      expect(await directory.lgetxattrat(FILE, 'trusted.long')).toEqual(value);
      const listed = [...(await directory.llistxattrat(FILE))].sort();
      expect(listed).toEqual(['trusted.long', ...names].sort());
      expect(await directory.lgetxattrat(FILE, String(names[0]))).toEqual(new Uint8Array());
    }),
  },
  {
    name: 'values of exactly the first guess, one less and one more come whole',
    run: inDirectory(async (directory) => {
      await createPair(directory);
      for (const length of [255, 256, 257]) {
        const value = new Uint8Array(length).fill(length & 0xff);
        await directory.lsetxattrat(FILE, 'trusted.edge', value);
        expect(await directory.lgetxattrat(FILE, 'trusted.edge')).toEqual(value);
      }
    }),
  },
  {
    name: 'the directory itself has attributes too',
    run: inDirectory(async (directory, { root }) => {
      expect(await directory.flistxattr()).toEqual([]);
      await directory.fsetxattr('trusted.test', Uint8Array.of(0, 1));

      expect(await directory.fgetxattr('trusted.test')).toEqual(Uint8Array.of(0, 1));
      expect(await directory.flistxattr()).toEqual(['trusted.test']);
      const absent = directory.fgetxattr('trusted.none');
      await expectFailure(absent, { errno: 'ENODATA', syscall: 'fgetxattr', path: root });
    }),
  },
  {
    name: 'fsync of a directory succeeds',
    needs: 'sync',
    run: inDirectory(async (directory) => {
      await directory.fsync();
    }),
  },
];

/** Every case of a directory's attributes. */
export const ATTRIBUTE_CASES: readonly Case[] = [...OWNER_CASES, ...XATTR_CASES];
