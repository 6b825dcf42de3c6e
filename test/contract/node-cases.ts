/** What `FileSystem` must answer of symlinks, devices, owners, attributes and opening. */
import { expect } from 'vitest';
import { FILE_TYPE } from '../../src/domain/host/file-type.js';
import { OPEN } from '../../src/domain/host/open-flags.js';
import { expectFailure, permissionsOf, typeOf, writeFile, type Case } from './contract.js';

const SPECIAL_CASES: readonly Case[] = [
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
      for (const numbers of values) {
        const value = Uint8Array.from(numbers);
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

/** Every case of `FileSystem` about what is behind a name. */
export const NODE_CASES: readonly Case[] = [...SPECIAL_CASES, ...ATTRIBUTE_CASES, ...OPEN_CASES];
