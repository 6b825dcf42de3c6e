/** What an open file must answer: data, offsets, attributes, times and closing. */
import { expect } from 'vitest';
import { AssertionError } from '../../src/domain/assert.js';
import { OPEN } from '../../src/domain/host/open-flags.js';
import type { FileHandle } from '../../src/ports/file-system.js';
import {
  bytes,
  expectFailure,
  permissionsOf,
  writeFile,
  type Case,
  type Subject,
} from './contract.js';

/** Opens a new file for reading and writing and closes it after. */
function inFile(run: (file: FileHandle, path: string, subject: Subject) => Promise<void>) {
  return async (subject: Subject): Promise<void> => {
    const path = `${subject.root}/file`;
    const file = await subject.ports.fs.open(path, OPEN.READ_WRITE | OPEN.CREATE, 0o600);
    try {
      await run(file, path, subject);
    } finally {
      await file.close();
    }
  };
}

/** Every case of `FileHandle`. */
export const FILE_HANDLE_CASES: readonly Case[] = [
  {
    name: 'reads what was written, from where lseek left it, and 0 at the end',
    run: inFile(async (file) => {
      expect(await file.write(bytes('hello world'))).toBe(11);
      await file.lseek(6n);
      const buffer = new Uint8Array(8);

      expect(await file.read(buffer)).toBe(5);

      expect(buffer).toEqual(Uint8Array.of(...bytes('world'), 0, 0, 0));
      expect(await file.read(buffer)).toBe(0);
      expect(await file.read(new Uint8Array())).toBe(0);
      expect(await file.write(new Uint8Array())).toBe(0);
    }),
  },
  {
    name: 'reads into and writes from a part of a larger buffer',
    run: inFile(async (file) => {
      const whole = Uint8Array.of(1, 2, 3, 4, 5);
      await file.write(whole.subarray(1, 4));
      await file.lseek(0n);
      const target = new Uint8Array(5);

      expect(await file.read(target.subarray(2))).toBe(3);

      expect(target).toEqual(Uint8Array.of(0, 0, 2, 3, 4));
    }),
  },
  {
    name: 'a gap that lseek leaves reads as zero bytes, and ftruncate cuts and extends',
    run: inFile(async (file) => {
      await file.write(bytes('ab'));
      await file.lseek(4n);
      await file.write(bytes('c'));
      await file.ftruncate(6n);
      await file.lseek(0n);
      const buffer = new Uint8Array(10).fill(9);

      expect(await file.read(buffer)).toBe(6);
      expect(buffer.subarray(0, 6)).toEqual(Uint8Array.of(0x61, 0x62, 0, 0, 0x63, 0));

      await file.ftruncate(1n);
      expect((await file.fstat()).size).toBe(1n);
    }),
  },
  {
    name: 'holds offsets and sizes beyond 2^32',
    needs: 'large-sparse-files',
    run: inFile(async (file) => {
      const offset = 5n * 2n ** 32n;
      await file.ftruncate(offset + 1n);
      await file.lseek(offset);
      await file.write(bytes('xy'));

      expect((await file.fstat()).size).toBe(offset + 2n);
      await file.lseek(offset + 1n);
      const buffer = new Uint8Array(2);
      expect([await file.read(buffer), buffer[0]]).toEqual([1, 0x79]);
    }),
  },
  {
    name: 'refuses negative offsets and sizes, and reading what is open for writing alone',
    run: inFile(async (file, path, { ports: { fs } }) => {
      await expectFailure(file.lseek(-1n), { errno: 'EINVAL', syscall: 'seek', path });
      await expectFailure(file.ftruncate(-1n), { errno: 'EINVAL', syscall: 'truncate', path });

      const writer = await fs.open(path, OPEN.WRITE_ONLY, 0);
      const reader = await fs.open(path, OPEN.READ_ONLY, 0);
      const read = writer.read(new Uint8Array(1));
      await expectFailure(read, { errno: 'EBADF', syscall: 'read', path });
      const written = reader.write(new Uint8Array(1));
      await expectFailure(written, { errno: 'EBADF', syscall: 'write', path });
      const cut = reader.ftruncate(0n);
      await expectFailure(cut, { errno: 'EINVAL', syscall: 'truncate', path });
      await writer.close();
      await reader.close();
    }),
  },
  {
    name: 'reading a directory fails with EISDIR',
    async run({ ports: { fs }, root }) {
      const directory = await fs.open(root, OPEN.READ_ONLY, 0);
      const read = directory.read(new Uint8Array(1));
      await expectFailure(read, { errno: 'EISDIR', syscall: 'read', path: root });
      await directory.close();
    },
  },
  {
    name: 'fchown and fchmod change the file, the latter whatever the umask',
    run: inFile(async (file) => {
      await file.fchown(3, 4);
      await file.fchmod(0o6711);

      const { mode, uid, gid } = await file.fstat();

      expect([permissionsOf(mode), uid, gid]).toEqual([0o6711, 3, 4]);
    }),
  },
  {
    name: 'futimens keeps nanoseconds and times before 1970',
    run: inFile(async (file) => {
      const atime = { seconds: -1n, nanoseconds: 999_999_999 };
      const mtime = { seconds: 1_569_283_200n, nanoseconds: 1 };

      await file.futimens(atime, mtime);

      expect(await file.fstat()).toMatchObject({ atime, mtime });
    }),
  },
  {
    name: 'fsetxattr and fgetxattr keep bytes, and an absent attribute fails with ENODATA',
    run: inFile(async (file, path) => {
      const value = Uint8Array.of(0, 0xff, 0);
      await file.fsetxattr('trusted.test', value);

      expect(await file.fgetxattr('trusted.test')).toEqual(value);
      const absent = file.fgetxattr('trusted.none');
      await expectFailure(absent, { errno: 'ENODATA', syscall: 'fgetxattr', path });
    }),
  },
  {
    name: 'fsync and syncfs succeed',
    needs: 'sync',
    run: inFile(async (file) => {
      await file.write(bytes('x'));
      await file.fsync();
      await file.syncfs();
    }),
  },
  {
    name: 'a file that was unlinked lives until it is closed',
    run: inFile(async (file, path, { ports: { fs } }) => {
      await file.write(bytes('x'));
      await fs.unlink(path);

      expect(await file.fstat()).toMatchObject({ size: 1n, nlink: 0 });
    }),
  },
  {
    name: 'closing twice is a programming mistake',
    async run({ ports: { fs }, root }) {
      await writeFile(fs, `${root}/f`);
      const file = await fs.open(`${root}/f`, OPEN.READ_ONLY, 0);
      await file.close();

      await expect(file.close()).rejects.toThrow(AssertionError);
    },
  },
];
