/** What `FileSystem` must answer by path: each call, its errors and their texts. */
import { expect } from 'vitest';
import { FILE_TYPE } from '../../src/domain/host/file-type.js';
import { OPEN } from '../../src/domain/host/open-flags.js';
import {
  expectFailure,
  permissionsOf,
  readFile,
  typeOf,
  writeFile,
  type Case,
} from './contract.js';

const STAT_CASES: readonly Case[] = [
  {
    name: 'stat follows a symlink and lstat does not',
    async run({ ports: { fs }, root }) {
      await writeFile(fs, `${root}/file`, 'four');
      await fs.symlink('file', `${root}/link`);

      const [followed, link] = [await fs.stat(`${root}/link`), await fs.lstat(`${root}/link`)];

      expect([typeOf(followed.mode), followed.size]).toEqual([FILE_TYPE.REGULAR, 4n]);
      expect([typeOf(link.mode), link.size, link.nlink]).toEqual([FILE_TYPE.SYMLINK, 4n, 1]);
      expect(followed.ino).not.toBe(link.ino);
      expect(followed.dev).toBe(link.dev);
    },
  },
  {
    name: 'stat and lstat of what is missing fail with ENOENT and name the path',
    async run({ ports: { fs }, root }) {
      const path = `${root}/none`;
      await expectFailure(fs.stat(path), { errno: 'ENOENT', syscall: 'stat', path });
      await expectFailure(fs.lstat(path), { errno: 'ENOENT', syscall: 'lstat', path });
      await expectFailure(fs.stat(''), { errno: 'ENOENT', syscall: 'stat', path: '' });
    },
  },
  {
    name: 'stat below a file fails with ENOTDIR, through a loop with ELOOP',
    async run({ ports: { fs }, root }) {
      await writeFile(fs, `${root}/file`);
      await fs.symlink('loop', `${root}/loop`);

      const [below, loop] = [`${root}/file/x`, `${root}/loop`];

      await expectFailure(fs.stat(below), { errno: 'ENOTDIR', syscall: 'stat', path: below });
      await expectFailure(fs.stat(loop), { errno: 'ELOOP', syscall: 'stat', path: loop });
    },
  },
  {
    name: 'a path that holds a NUL fails with EINVAL in every call',
    async run({ ports: { fs }, root }) {
      const path = `${root}/a\0b`;
      const calls: Readonly<Record<string, () => Promise<unknown>>> = {
        stat: () => fs.stat(path),
        lstat: () => fs.lstat(path),
        statfs: () => fs.statfs(path),
        open: () => fs.open(path, OPEN.READ_ONLY, 0),
        mkdir: () => fs.mkdir(path, 0o755),
        rmdir: () => fs.rmdir(path),
        unlinkat: () => fs.unlink(path),
        readlink: () => fs.readlink(path),
        mknod: () => fs.mknod(path, FILE_TYPE.FIFO | 0o600, 0, 0),
        chown: () => fs.chown(path, 0, 0),
        lchown: () => fs.lchown(path, 0, 0),
        chmod: () => fs.chmod(path, 0o755),
        getxattr: () => fs.getxattr(path, 'trusted.x'),
        setxattr: () => fs.setxattr(path, 'trusted.x', new Uint8Array()),
      };
      for (const [syscall, call] of Object.entries(calls)) {
        await expectFailure(call(), { errno: 'EINVAL', syscall, path });
      }
      const [oldPath, newPath] = [`${root}/old`, path];
      const renamed = fs.rename(oldPath, newPath);
      const dest = newPath;
      await expectFailure(renamed, { errno: 'EINVAL', syscall: 'rename', path: oldPath, dest });
    },
  },
  {
    name: 'a name of 256 bytes or a path of 4096 fails with ENAMETOOLONG',
    async run({ ports: { fs }, root }) {
      await fs.mkdir(`${root}/${'n'.repeat(255)}`, 0o755);
      const name = `${root}/${'ä'.repeat(128)}`;
      await expectFailure(fs.stat(name), { errno: 'ENAMETOOLONG', syscall: 'stat', path: name });

      const longest = `${root}${'/.'.repeat(2048)}`.slice(0, 4095);
      const path = `${longest}/`;
      expect(typeOf((await fs.stat(longest)).mode)).toBe(FILE_TYPE.DIRECTORY);
      await expectFailure(fs.stat(path), { errno: 'ENAMETOOLONG', syscall: 'stat', path });
    },
  },
  {
    name: 'statfs gives one magic number for one file system',
    async run({ ports: { fs }, root }) {
      await writeFile(fs, `${root}/file`);

      const { type } = await fs.statfs(root);

      expect(type).toBeGreaterThan(0);
      expect(type).toBeLessThan(2 ** 32);
      expect(await fs.statfs(`${root}/file`)).toEqual({ type });
      const path = `${root}/none`;
      await expectFailure(fs.statfs(path), { errno: 'ENOENT', syscall: 'statfs', path });
    },
  },
];

const DIRECTORY_CASES: readonly Case[] = [
  {
    name: 'mkdir takes the umask off and starts with two links',
    async run({ ports: { fs, kernel }, root }) {
      await fs.mkdir(`${root}/d`, 0o777);

      const { mode, nlink, uid, gid } = await fs.stat(`${root}/d`);

      expect(typeOf(mode)).toBe(FILE_TYPE.DIRECTORY);
      expect(permissionsOf(mode)).toBe(0o777 & ~kernel.umask());
      expect([uid, gid]).toEqual([0, 0]);
      // Btrfs counts no sub-directories: every directory there has one link.
      expect([1, 2]).toContain(nlink);
    },
  },
  {
    name: 'mkdir on anything that exists fails with EEXIST, even on a dangling symlink',
    async run({ ports: { fs }, root }) {
      await writeFile(fs, `${root}/file`);
      await fs.symlink('none', `${root}/link`);
      for (const path of [root, `${root}/file`, `${root}/link`]) {
        await expectFailure(fs.mkdir(path, 0o755), { errno: 'EEXIST', syscall: 'mkdir', path });
      }
      const path = `${root}/none/d`;
      await expectFailure(fs.mkdir(path, 0o755), { errno: 'ENOENT', syscall: 'mkdir', path });
    },
  },
  {
    name: 'rmdir removes an empty directory and nothing else',
    async run({ ports: { fs }, root }) {
      const [full, file, none] = [`${root}/full`, `${root}/full/file`, `${root}/none`];
      await fs.mkdir(full, 0o755);
      await writeFile(fs, file);

      await expectFailure(fs.rmdir(full), { errno: 'ENOTEMPTY', syscall: 'rmdir', path: full });
      await expectFailure(fs.rmdir(file), { errno: 'ENOTDIR', syscall: 'rmdir', path: file });
      await expectFailure(fs.rmdir(none), { errno: 'ENOENT', syscall: 'rmdir', path: none });
      await fs.unlink(file);
      await fs.rmdir(full);

      await expectFailure(fs.stat(full), { errno: 'ENOENT', syscall: 'stat', path: full });
    },
  },
  {
    name: 'unlink removes a symlink, not its target, and refuses a directory',
    async run({ ports: { fs }, root }) {
      await writeFile(fs, `${root}/file`);
      await fs.symlink('file', `${root}/link`);

      await fs.unlink(`${root}/link`);

      await fs.stat(`${root}/file`);
      const link = `${root}/link`;
      await expectFailure(fs.unlink(root), { errno: 'EISDIR', syscall: 'unlinkat', path: root });
      await expectFailure(fs.unlink(link), { errno: 'ENOENT', syscall: 'unlinkat', path: link });
    },
  },
  {
    name: 'rename replaces a file by a file and an empty directory by a directory',
    async run({ ports: { fs }, root }) {
      await writeFile(fs, `${root}/a`, 'A');
      await writeFile(fs, `${root}/b`, 'B');
      await fs.mkdir(`${root}/d`, 0o755);
      await writeFile(fs, `${root}/d/x`);
      await fs.mkdir(`${root}/e`, 0o755);

      await fs.rename(`${root}/a`, `${root}/b`);
      await fs.rename(`${root}/d`, `${root}/e`);

      expect(await readFile(fs, `${root}/b`)).toBe('A');
      await fs.stat(`${root}/e/x`);
      for (const path of [`${root}/a`, `${root}/d`]) {
        await expectFailure(fs.stat(path), { errno: 'ENOENT', syscall: 'stat', path });
      }
    },
  },
  {
    name: 'rename refuses a full directory, mixed types, itself below itself and what is missing',
    async run({ ports: { fs }, root }) {
      const at = (name: string): string => `${root}/${name}`;
      await writeFile(fs, at('file'));
      for (const name of ['d', 'full', 'full/x']) await fs.mkdir(at(name), 0o755);
      const rows = [
        ['d', 'full', 'ENOTEMPTY'],
        ['file', 'd', 'EISDIR'],
        ['d', 'file', 'ENOTDIR'],
        ['full', 'full/x/y', 'EINVAL'],
        ['none', 'new', 'ENOENT'],
      ] as const;
      for (const [from, to, errno] of rows) {
        const [path, dest] = [at(from), at(to)];
        await expectFailure(fs.rename(path, dest), { errno, syscall: 'rename', path, dest });
      }
    },
  },
];

const NODE_CASES: readonly Case[] = [
  {
    name: 'symlink keeps its target word for word and readlink gives it back',
    async run({ ports: { fs }, root }) {
      for (const [i, target] of ['../l/x', '/', 'a//b/', 'größe', ' '].entries()) {
        await fs.symlink(target, `${root}/${i}`);
        expect(await fs.readlink(`${root}/${i}`)).toBe(target);
      }
    },
  },
  {
    name: 'symlink fails with EEXIST or ENOENT and names both paths',
    async run({ ports: { fs }, root }) {
      const dest = `${root}/link`;
      await fs.symlink('x', dest);
      const again = fs.symlink('y', dest);
      await expectFailure(again, { errno: 'EEXIST', syscall: 'symlink', path: 'y', dest });
      const empty = fs.symlink('', `${root}/empty`);
      const asked = { syscall: 'symlink', path: '', dest: `${root}/empty` };
      await expectFailure(empty, { errno: 'ENOENT', ...asked });
    },
  },
  {
    name: 'readlink of what is no symlink fails with EINVAL',
    async run({ ports: { fs }, root }) {
      const path = `${root}/none`;
      await expectFailure(fs.readlink(root), { errno: 'EINVAL', syscall: 'readlink', path: root });
      await expectFailure(fs.readlink(path), { errno: 'ENOENT', syscall: 'readlink', path });
    },
  },
  {
    name: 'mknod keeps device numbers of 12 and 20 bits and takes the umask off',
    async run({ ports: { fs, kernel }, root }) {
      const rows = [
        [0, 0],
        [1, 3],
        [259, 256],
        [4095, 1048575],
      ] as const;
      for (const [major, minor] of rows) {
        const path = `${root}/${major}-${minor}`;
        await fs.mknod(path, FILE_TYPE.CHARACTER | 0o666, major, minor);
        const { mode, rdevMajor, rdevMinor, size } = await fs.lstat(path);
        expect([typeOf(mode), rdevMajor, rdevMinor]).toEqual([FILE_TYPE.CHARACTER, major, minor]);
        expect([permissionsOf(mode), size]).toEqual([0o666 & ~kernel.umask(), 0n]);
      }
    },
  },
  {
    name: 'mknod makes block devices and fifos, and refuses what exists or has no number',
    async run({ ports: { fs }, root }) {
      await fs.mknod(`${root}/block`, FILE_TYPE.BLOCK | 0o600, 8, 1);
      await fs.mknod(`${root}/fifo`, FILE_TYPE.FIFO | 0o600, 0, 0);
      const [block, fifo] = [await fs.lstat(`${root}/block`), await fs.lstat(`${root}/fifo`)];
      expect([typeOf(block.mode), block.rdevMajor, block.rdevMinor]).toEqual([0o060000, 8, 1]);
      expect(typeOf(fifo.mode)).toBe(FILE_TYPE.FIFO);

      const path = `${root}/fifo`;
      const again = fs.mknod(path, FILE_TYPE.FIFO | 0o600, 0, 0);
      await expectFailure(again, { errno: 'EEXIST', syscall: 'mknod', path });
      const wide = fs.mknod(`${root}/w`, FILE_TYPE.BLOCK, 4096, 0);
      await expectFailure(wide, { errno: 'EINVAL', syscall: 'mknod', path: `${root}/w` });
    },
  },
];

const ATTRIBUTE_CASES: readonly Case[] = [
  {
    name: 'chown follows a symlink and lchown does not',
    async run({ ports: { fs }, root }) {
      await writeFile(fs, `${root}/file`);
      await fs.symlink('file', `${root}/link`);

      await fs.chown(`${root}/link`, 1000, 4294967294);
      await fs.lchown(`${root}/link`, 7, 8);

      const [file, link] = [await fs.stat(`${root}/file`), await fs.lstat(`${root}/link`)];
      expect([file.uid, file.gid]).toEqual([1000, 4294967294]);
      expect([link.uid, link.gid]).toEqual([7, 8]);
      const path = `${root}/none`;
      await expectFailure(fs.chown(path, 0, 0), { errno: 'ENOENT', syscall: 'chown', path });
      await expectFailure(fs.lchown(path, 0, 0), { errno: 'ENOENT', syscall: 'lchown', path });
    },
  },
  {
    name: 'chmod sets twelve bits whatever the umask, and chown clears set-id bits of a file alone',
    async run({ ports: { fs }, root }) {
      await writeFile(fs, `${root}/file`);
      await fs.mkdir(`${root}/d`, 0o755);
      for (const name of ['file', 'd']) await fs.chmod(`${root}/${name}`, 0o7777);
      expect(permissionsOf((await fs.stat(`${root}/file`)).mode)).toBe(0o7777);

      for (const name of ['file', 'd']) await fs.chown(`${root}/${name}`, 1, 1);

      expect(permissionsOf((await fs.stat(`${root}/file`)).mode)).toBe(0o1777);
      expect(permissionsOf((await fs.stat(`${root}/d`)).mode)).toBe(0o7777);
      const path = `${root}/none`;
      await expectFailure(fs.chmod(path, 0o700), { errno: 'ENOENT', syscall: 'chmod', path });
    },
  },
  {
    name: 'setxattr keeps bytes of any value and replaces what was there, through a symlink too',
    async run({ ports: { fs }, root }) {
      await writeFile(fs, `${root}/file`);
      await fs.symlink('file', `${root}/link`);
      const values = [[], [0], [0xff, 0, 0xfe], Array.from({ length: 1000 }, (_, i) => i & 0xff)];
      for (const value of values.map((value) => Uint8Array.from(value))) {
        await fs.setxattr(`${root}/link`, 'trusted.test', value);
        expect(await fs.getxattr(`${root}/file`, 'trusted.test')).toEqual(value);
        expect(await fs.getxattr(`${root}/link`, 'trusted.test')).toEqual(value);
      }
    },
  },
  {
    name: 'getxattr of an absent attribute fails with ENODATA, of a missing file with ENOENT',
    async run({ ports: { fs }, root }) {
      const path = `${root}/none`;
      const absent = fs.getxattr(root, 'trusted.overlay.opaque');
      await expectFailure(absent, { errno: 'ENODATA', syscall: 'getxattr', path: root });
      const missing = fs.getxattr(path, 'trusted.x');
      await expectFailure(missing, { errno: 'ENOENT', syscall: 'getxattr', path });
      const unset = fs.setxattr(path, 'trusted.x', new Uint8Array());
      await expectFailure(unset, { errno: 'ENOENT', syscall: 'setxattr', path });
    },
  },
];

const OPEN_CASES: readonly Case[] = [
  {
    name: 'open creates with the umask taken off, exclusively when told, and truncates when told',
    async run({ ports: { fs, kernel }, root }) {
      const path = `${root}/file`;
      const create = OPEN.WRITE_ONLY | OPEN.CREATE;
      await (await fs.open(path, create | OPEN.EXCLUSIVE, 0o666)).close();
      expect(permissionsOf((await fs.stat(path)).mode)).toBe(0o666 & ~kernel.umask());
      const again = fs.open(path, create | OPEN.EXCLUSIVE, 0o666);
      await expectFailure(again, { errno: 'EEXIST', syscall: 'open', path });

      const file = await fs.open(path, create, 0o666);
      await file.write(new Uint8Array(5));
      await file.close();
      expect((await fs.stat(path)).size).toBe(5n);
      await (await fs.open(path, create | OPEN.TRUNCATE, 0o666)).close();

      expect((await fs.stat(path)).size).toBe(0n);
    },
  },
  {
    name: 'open refuses what its flags forbid',
    async run({ ports: { fs }, root }) {
      await writeFile(fs, `${root}/file`);
      await fs.symlink('file', `${root}/link`);
      await fs.symlink('none', `${root}/dangling`);
      const rows = [
        ['none', OPEN.READ_ONLY, 'ENOENT'],
        ['dangling', OPEN.READ_ONLY, 'ENOENT'],
        ['dangling', OPEN.WRITE_ONLY | OPEN.CREATE | OPEN.EXCLUSIVE, 'EEXIST'],
        ['link', OPEN.READ_ONLY | OPEN.NO_FOLLOW, 'ELOOP'],
        ['file', OPEN.READ_ONLY | OPEN.DIRECTORY, 'ENOTDIR'],
        ['file/x', OPEN.READ_ONLY, 'ENOTDIR'],
        ['.', OPEN.WRITE_ONLY, 'EISDIR'],
      ] as const;
      for (const [name, flags, errno] of rows) {
        const path = `${root}/${name}`;
        await expectFailure(fs.open(path, flags, 0o644), { errno, syscall: 'open', path });
      }
    },
  },
  {
    name: 'open with create goes through a dangling symlink and makes its target',
    async run({ ports: { fs }, root }) {
      await fs.symlink('target', `${root}/link`);

      await (await fs.open(`${root}/link`, OPEN.WRITE_ONLY | OPEN.CREATE, 0o600)).close();

      expect(typeOf((await fs.lstat(`${root}/target`)).mode)).toBe(FILE_TYPE.REGULAR);
    },
  },
  {
    name: 'openRoot opens directories only, through symlinks too',
    async run({ ports: { fs }, root }) {
      await writeFile(fs, `${root}/file`);
      await fs.mkdir(`${root}/d`, 0o755);
      await fs.symlink('d', `${root}/link`);

      const directory = await fs.openRoot(`${root}/link`);
      expect((await directory.fstat()).ino).toBe((await fs.stat(`${root}/d`)).ino);
      await directory.close();

      const [none, file] = [`${root}/none`, `${root}/file`];
      await expectFailure(fs.openRoot(none), { errno: 'ENOENT', syscall: 'open', path: none });
      await expectFailure(fs.openRoot(file), { errno: 'ENOTDIR', syscall: 'open', path: file });
    },
  },
];

/** Every case of `FileSystem`. */
export const FILE_SYSTEM_CASES: readonly Case[] = [
  ...STAT_CASES,
  ...DIRECTORY_CASES,
  ...NODE_CASES,
  ...ATTRIBUTE_CASES,
  ...OPEN_CASES,
];
