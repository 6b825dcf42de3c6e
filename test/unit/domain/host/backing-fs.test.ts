// Establishes the names of file systems and which of them the driver refuses, by the reference's
// table.
import { describe, expect, it } from 'vitest';
import {
  fileSystemName,
  FS_MAGIC,
  isRefusedBacking,
} from '../../../../src/domain/host/backing-fs.js';

const TABLE: readonly [magic: number, name: string][] = [
  [0x61756673, 'aufs'],
  [0x9123683e, 'btrfs'],
  [0x28cd3d45, 'cramfs'],
  [0x0000f15f, 'ecryptfs'],
  [0x0000ef53, 'extfs'],
  [0xf2f52010, 'f2fs'],
  [0x47504653, 'gpfs'],
  [0x000072b6, 'jffs2'],
  [0x3153464a, 'jfs'],
  [0x00006969, 'nfs'],
  [0x794c7630, 'overlayfs'],
  [0x858458f6, 'ramfs'],
  [0x52654973, 'reiserfs'],
  [0x0000517b, 'smb'],
  [0x73717368, 'squashfs'],
  [0x01021994, 'tmpfs'],
  [0xa501fcf5, 'vxfs'],
  [0x58465342, 'xfs'],
  [0x2fc12fc1, 'zfs'],
  [0x00000000, 'unsupported'],
];

const REFUSED = ['aufs', 'ecryptfs', 'nfs', 'overlayfs', 'zfs'];

describe.each(TABLE)('magic %i', (magic, name) => {
  it(`is ${name}`, () => {
    expect(fileSystemName(magic)).toBe(name);
    expect(fileSystemName(magic | 0)).toBe(name);
  });

  it(`is ${REFUSED.includes(name) ? 'refused' : 'not refused'}`, () => {
    expect(isRefusedBacking(magic)).toBe(REFUSED.includes(name));
    expect(isRefusedBacking(magic | 0)).toBe(REFUSED.includes(name));
  });
});

describe('the table of file systems', () => {
  it('holds no others', () => {
    expect(new Set(Object.values(FS_MAGIC))).toStrictEqual(new Set(TABLE.map(([magic]) => magic)));
    expect(Object.isFrozen(FS_MAGIC)).toBe(true);
  });

  it.each([0x1, 0x65735546, 0x73757245])(
    'gives no name for the unknown magic %i (Q-01)',
    (magic) => {
      expect(fileSystemName(magic)).toBeUndefined();
      expect(isRefusedBacking(magic)).toBe(false);
    },
  );
});
