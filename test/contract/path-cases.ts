/** What `FileSystem` must answer of paths: what is there, making, removing and renaming. */
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

      const { type, readOnly } = await fs.statfs(root);

      expect(type).toBeGreaterThan(0);
      expect(type).toBeLessThan(2 ** 32);
      expect(await fs.statfs(`${root}/file`)).toEqual({ type, readOnly: false });
      expect(readOnly).toBe(false);
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

/** Every case of `FileSystem` about names, directories and what `stat` tells. */
export const PATH_CASES: readonly Case[] = [...STAT_CASES, ...DIRECTORY_CASES];
