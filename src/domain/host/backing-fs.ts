/**
 * Magic numbers of `statfs`, as unsigned 32-bit values.
 *
 * @source moby daemon/graphdriver/driver_linux.go FsMagic constants
 * @public
 * @since 0.1.0
 */
export const FS_MAGIC = Object.freeze({
  UNSUPPORTED: 0x00000000,
  AUFS: 0x61756673,
  BTRFS: 0x9123683e,
  CRAMFS: 0x28cd3d45,
  ECRYPTFS: 0xf15f,
  EXTFS: 0xef53,
  F2FS: 0xf2f52010,
  GPFS: 0x47504653,
  JFFS2: 0x72b6,
  JFS: 0x3153464a,
  NFS: 0x6969,
  OVERLAY: 0x794c7630,
  RAMFS: 0x858458f6,
  REISERFS: 0x52654973,
  SMB: 0x517b,
  SQUASHFS: 0x73717368,
  TMPFS: 0x01021994,
  VXFS: 0xa501fcf5,
  XFS: 0x58465342,
  ZFS: 0x2fc12fc1,
});

const NAME_OF: ReadonlyMap<number, string> = new Map([
  ...Object.entries(FS_MAGIC).map(([key, magic]) => [magic, key.toLowerCase()] as const),
  [FS_MAGIC.OVERLAY, 'overlayfs'],
]);

/** File systems that overlay cannot lie on. */
const REFUSED: ReadonlySet<number> = new Set([
  FS_MAGIC.AUFS,
  FS_MAGIC.ECRYPTFS,
  FS_MAGIC.NFS,
  FS_MAGIC.OVERLAY,
  FS_MAGIC.ZFS,
]);

/**
 * Gives moby's name of a file system from its `statfs` magic.
 *
 * @param magic - `f_type`; a sign-extended 32-bit value is taken as the unsigned one.
 * @returns the name, or undefined for a magic that moby does not know (Q-01 says what then).
 * @source moby daemon/graphdriver/driver_linux.go FsNames
 * @public
 * @since 0.1.0
 */
export function fileSystemName(magic: number): string | undefined {
  return NAME_OF.get(magic >>> 0);
}

/**
 * Tells whether the driver refuses to keep its home on a file system, whatever the kernel.
 *
 * @param magic - `f_type`; a sign-extended 32-bit value is taken as the unsigned one.
 * @source moby overlay2/overlay.go Init
 * @public
 * @since 0.1.0
 */
export function isRefusedBacking(magic: number): boolean {
  return REFUSED.has(magic >>> 0);
}
