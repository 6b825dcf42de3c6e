/** What an open directory must answer of its entries: names are bytes, nothing leaves it. */
import { expect } from 'vitest';
import { AssertionError } from '../../src/domain/assert.js';
import { FILE_TYPE } from '../../src/domain/host/file-type.js';
import { OPEN } from '../../src/domain/host/open-flags.js';
import { decodeUtf8 } from '../../src/domain/utf8.js';
import type { Directory } from '../../src/ports/file-system.js';
import {
  bytes,
  expectFailure,
  inDirectory,
  permissionsOf,
  typeOf,
  writeFile,
  type Case,
} from './contract.js';

const FILE = bytes('file');
const LINK = bytes('link');
const SUB = bytes('sub');
const NONE = bytes('none');
const CREATE = OPEN.WRITE_ONLY | OPEN.CREATE | OPEN.EXCLUSIVE | OPEN.NO_FOLLOW;

async function create(directory: Directory, name: Uint8Array): Promise<void> {
  await (await directory.openat(name, CREATE, 0o644)).close();
}

const LISTING_CASES: readonly Case[] = [
  {
    name: 'getdents tells name, inode and type of each entry but the dots, as often as asked',
    run: inDirectory(async (directory) => {
      await create(directory, FILE);
      await directory.mkdirat(SUB, 0o755);
      await directory.symlinkat(FILE, LINK);
      await directory.mknodat(bytes('char'), FILE_TYPE.CHARACTER | 0o600, 0, 0);
      await directory.mknodat(bytes('fifo'), FILE_TYPE.FIFO | 0o600, 0, 0);
      await directory.mknodat(bytes('...'), FILE_TYPE.BLOCK | 0o600, 1, 1);

      const entries = await directory.getdents();

      const types = new Map(entries.map(({ name, type }) => [decodeUtf8(name), type]));
      expect(Object.fromEntries(types)).toEqual({
        file: 8,
        sub: 4,
        link: 10,
        char: 2,
        fifo: 1,
        '...': 6,
      });
      for (const { name, ino } of entries) expect((await directory.lstatat(name)).ino).toBe(ino);
      expect(await directory.getdents()).toEqual(entries);
    }),
  },
  {
    name: 'getdents gives thousands of entries, each once, and sees later ones',
    run: inDirectory(async (directory) => {
      const names = Array.from({ length: 3000 }, (_, i) => `${i}-${'x'.repeat(60)}`);
      for (const name of names) await directory.mkdirat(bytes(name), 0o700);
      const list = async (): Promise<string[]> =>
        (await directory.getdents()).map(({ name }) => decodeUtf8(name)).sort();
      expect(await list()).toEqual([...names].sort());

      await directory.rmdirat(bytes(String(names[0])));
      await create(directory, FILE);

      expect(await list()).toEqual([...names.slice(1), 'file'].sort());
    }),
  },
  {
    name: 'an empty directory has no entries',
    run: inDirectory(async (directory) => {
      expect(await directory.getdents()).toEqual([]);
    }),
  },
  {
    name: 'names and symlink targets that are not UTF-8 stay the bytes they are',
    run: inDirectory(async (directory) => {
      const [name, target] = [Uint8Array.of(0xff, 0x41), Uint8Array.of(0x2f, 0xfe, 0x0a)];
      await directory.symlinkat(target, name);

      expect((await directory.getdents()).map((entry) => entry.name)).toEqual([name]);
      expect(await directory.readlinkat(name)).toEqual(target);
      await directory.renameat(name, directory, Uint8Array.of(0x80));
      expect(typeOf((await directory.lstatat(Uint8Array.of(0x80))).mode)).toBe(0o120000);
    }),
  },
];

const NAME_CASES: readonly Case[] = [
  {
    name: 'a name with a slash and the name .. are programming mistakes',
    run: inDirectory(async (directory) => {
      for (const name of [bytes('a/b'), bytes('/'), bytes('..')]) {
        await expect(directory.lstatat(name)).rejects.toThrow(AssertionError);
        await expect(directory.mkdirat(name, 0o755)).rejects.toThrow(AssertionError);
        await expect(directory.unlinkat(name)).rejects.toThrow(AssertionError);
        await expect(directory.lgetxattrat(name, 'trusted.x')).rejects.toThrow(AssertionError);
      }
    }),
  },
  {
    name: 'a name with a NUL fails with EINVAL, an empty one with ENOENT, a long one as too long',
    run: inDirectory(async (directory) => {
      const rows = [
        ['a\0b', 'EINVAL'],
        ['', 'ENOENT'],
        ['x'.repeat(256), 'ENAMETOOLONG'],
        ['x'.repeat(5000), 'ENAMETOOLONG'],
      ] as const;
      for (const [path, errno] of rows) {
        const name = bytes(path);
        await expectFailure(directory.lstatat(name), { errno, syscall: 'lstat', path });
        await expectFailure(directory.mkdirat(name, 0o700), { errno, syscall: 'mkdir', path });
        const opened = directory.openat(name, CREATE, 0o600);
        await expectFailure(opened, { errno, syscall: 'open', path });
        const attribute = directory.lgetxattrat(name, 'trusted.x');
        await expectFailure(attribute, { errno, syscall: 'lgetxattr', path });
      }
    }),
  },
  {
    name: 'what is missing fails with ENOENT and names the entry',
    run: inDirectory(async (directory) => {
      const time = { seconds: 0n, nanoseconds: 0 };
      const calls: Readonly<Record<string, () => Promise<unknown>>> = {
        lstat: () => directory.lstatat(NONE),
        readlink: () => directory.readlinkat(NONE),
        open: () => directory.openat(NONE, OPEN.READ_ONLY, 0),
        unlinkat: () => directory.unlinkat(NONE),
        lchown: () => directory.lchownat(NONE, 0, 0),
        chmod: () => directory.chmodat(NONE, 0o700),
        chtimes: () => directory.utimensat(NONE, time, time),
        lgetxattr: () => directory.lgetxattrat(NONE, 'trusted.x'),
        lsetxattr: () => directory.lsetxattrat(NONE, 'trusted.x', new Uint8Array()),
        llistxattr: () => directory.llistxattrat(NONE),
      };
      for (const [syscall, call] of Object.entries(calls)) {
        await expectFailure(call(), { errno: 'ENOENT', syscall, path: 'none' });
      }
      const asked = { errno: 'ENOENT', path: 'none' };
      await expectFailure(directory.rmdirat(NONE), { ...asked, syscall: 'unlinkat' });
      await expectFailure(directory.opendirat(NONE), { ...asked, syscall: 'open' });
      const linked = directory.linkat(directory, NONE, FILE);
      await expectFailure(linked, { ...asked, syscall: 'link', dest: 'file' });
      const renamed = directory.renameat(NONE, directory, FILE);
      await expectFailure(renamed, { ...asked, syscall: 'rename', dest: 'file' });
    }),
  },
];

const CREATION_CASES: readonly Case[] = [
  {
    name: 'mkdirat, openat and mknodat take the umask off',
    run: inDirectory(async (directory, { ports: { kernel } }) => {
      await directory.mkdirat(SUB, 0o777);
      await (await directory.openat(FILE, CREATE, 0o666)).close();
      await directory.mknodat(bytes('fifo'), FILE_TYPE.FIFO | 0o666, 0, 0);

      const mask = ~kernel.umask();

      expect(permissionsOf((await directory.lstatat(SUB)).mode)).toBe(0o777 & mask);
      expect(permissionsOf((await directory.lstatat(FILE)).mode)).toBe(0o666 & mask);
      expect(permissionsOf((await directory.lstatat(bytes('fifo'))).mode)).toBe(0o666 & mask);
    }),
  },
  {
    name: 'every way of creating refuses a name that exists with EEXIST',
    run: inDirectory(async (directory) => {
      await create(directory, FILE);
      await directory.symlinkat(NONE, LINK);
      for (const [path, name] of [
        ['file', FILE],
        ['link', LINK],
      ] as const) {
        const asked = { errno: 'EEXIST', path };
        await expectFailure(directory.mkdirat(name, 0o755), { ...asked, syscall: 'mkdir' });
        await expectFailure(directory.openat(name, CREATE, 0o644), { ...asked, syscall: 'open' });
        const node = directory.mknodat(name, FILE_TYPE.FIFO | 0o600, 0, 0);
        await expectFailure(node, { ...asked, syscall: 'mknod' });
        const link = directory.symlinkat(bytes('t'), name);
        await expectFailure(link, { ...asked, syscall: 'symlink', path: 't', dest: path });
        const hard = directory.linkat(directory, FILE, name);
        await expectFailure(hard, { ...asked, syscall: 'link', path: 'file', dest: path });
      }
    }),
  },
  {
    name: 'linkat gives a file a second name, also across directories',
    run: inDirectory(async (directory) => {
      await create(directory, FILE);
      await directory.mkdirat(SUB, 0o755);
      const sub = await directory.opendirat(SUB);

      await sub.linkat(directory, FILE, bytes('other'));

      const [file, other] = [await directory.lstatat(FILE), await sub.lstatat(bytes('other'))];
      expect([file.nlink, other.nlink, other.ino]).toEqual([2, 2, file.ino]);
      await directory.unlinkat(FILE);
      expect((await sub.lstatat(bytes('other'))).nlink).toBe(1);
      await sub.close();
    }),
  },
  {
    name: 'linkat links a symlink itself and refuses a directory',
    run: inDirectory(async (directory) => {
      await directory.symlinkat(NONE, LINK);
      await directory.mkdirat(SUB, 0o755);

      await directory.linkat(directory, LINK, bytes('second'));

      const second = await directory.lstatat(bytes('second'));
      expect([typeOf(second.mode), second.nlink]).toEqual([FILE_TYPE.SYMLINK, 2]);
      const refused = directory.linkat(directory, SUB, FILE);
      const asked = { syscall: 'link', path: 'sub', dest: 'file' };
      await expectFailure(refused, { errno: 'EPERM', ...asked });
    }),
  },
  {
    name: 'renameat moves between directories and replaces',
    run: inDirectory(async (directory) => {
      await create(directory, FILE);
      await directory.mkdirat(SUB, 0o755);
      const sub = await directory.opendirat(SUB);
      await create(sub, LINK);
      const { ino } = await directory.lstatat(FILE);

      await directory.renameat(FILE, sub, LINK);

      expect((await sub.lstatat(LINK)).ino).toBe(ino);
      expect(await directory.getdents()).toHaveLength(1);
      await sub.close();
    }),
  },
  {
    name: 'unlinkat refuses a directory, rmdirat a file and a full directory, in the same words',
    run: inDirectory(async (directory) => {
      await create(directory, FILE);
      await directory.mkdirat(SUB, 0o755);
      const sub = await directory.opendirat(SUB);
      await create(sub, FILE);

      const asked = { syscall: 'unlinkat', path: 'sub' };
      await expectFailure(directory.unlinkat(SUB), { errno: 'EISDIR', ...asked });
      await expectFailure(directory.rmdirat(SUB), { errno: 'ENOTEMPTY', ...asked });
      const file = directory.rmdirat(FILE);
      await expectFailure(file, { ...asked, errno: 'ENOTDIR', path: 'file' });

      await sub.unlinkat(FILE);
      await directory.rmdirat(SUB);
      const listed = { errno: 'ENOENT', syscall: 'readdirent', path: 'sub' };
      await expectFailure(sub.getdents(), listed);
      const late = sub.mkdirat(FILE, 0o755);
      await expectFailure(late, { errno: 'ENOENT', syscall: 'mkdir', path: 'file' });
      await sub.close();
    }),
  },
  {
    name: 'a setgid directory hands its group to what is made in it, and the bit to directories',
    run: inDirectory(async (directory) => {
      await directory.fchown(0, 77);
      await directory.fchmod(0o2755);
      await directory.mkdirat(SUB, 0o700);
      await create(directory, FILE);

      const [sub, file] = [await directory.lstatat(SUB), await directory.lstatat(FILE)];

      expect([sub.gid, permissionsOf(sub.mode)]).toEqual([77, 0o2700]);
      expect([file.gid, permissionsOf(file.mode) & 0o2000]).toEqual([77, 0]);
    }),
  },
];

const OPENING_CASES: readonly Case[] = [
  {
    name: 'opendirat opens a directory and refuses symlinks and files with ENOTDIR',
    run: inDirectory(async (directory) => {
      await create(directory, FILE);
      await directory.mkdirat(SUB, 0o755);
      await directory.symlinkat(SUB, LINK);

      const sub = await directory.opendirat(SUB);
      expect((await sub.fstat()).ino).toBe((await directory.lstatat(SUB)).ino);
      await sub.close();

      for (const [path, name] of [
        ['file', FILE],
        ['link', LINK],
      ] as const) {
        const asked = { errno: 'ENOTDIR', syscall: 'open', path };
        await expectFailure(directory.opendirat(name), asked);
      }
    }),
  },
  {
    name: 'openat with NO_FOLLOW refuses a symlink with ELOOP',
    run: inDirectory(async (directory, { ports: { fs }, root }) => {
      await writeFile(fs, `${root}/file`, 'content');
      await directory.symlinkat(FILE, LINK);
      const refused = directory.openat(LINK, OPEN.READ_ONLY | OPEN.NO_FOLLOW, 0);
      await expectFailure(refused, { errno: 'ELOOP', syscall: 'open', path: 'link' });

      const file = await directory.openat(FILE, OPEN.READ_ONLY | OPEN.NO_FOLLOW, 0);
      expect(await file.read(new Uint8Array(20))).toBe(7);
      await file.close();
    }),
  },
  {
    name: 'closing twice is a programming mistake',
    async run({ ports: { fs }, root }) {
      const directory = await fs.openRoot(root);
      await directory.close();

      await expect(directory.close()).rejects.toThrow(AssertionError);
    },
  },
];

/** Every case of `Directory` but those of attributes and of `resolve`. */
export const DIRECTORY_CASES: readonly Case[] = [
  ...LISTING_CASES,
  ...NAME_CASES,
  ...CREATION_CASES,
  ...OPENING_CASES,
];
