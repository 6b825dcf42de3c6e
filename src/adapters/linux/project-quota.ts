import type { Quota, QuotaLimits } from '../../ports/quota.js';
import { check } from './check.js';
import { AT, O } from './constants.js';
import type { Host } from './host.js';

/** `struct fsxattr`: xflags at 0, project id at 12. */
const FSXATTR_BYTES = 28;
const FSXATTR_PROJECT_ID = 12;
const FS_XFLAG_PROJINHERIT = 0x200;
const FS_IOC_FSGETXATTR = 0x801c581f;
const FS_IOC_FSSETXATTR = 0x401c5820;

/** Commands of the XFS family on project quota, as QCMD packs them. */
const PRJQUOTA = 2;
const Q_XGETPQUOTA = (0x5803 << 8) | PRJQUOTA;
const Q_XSETPQLIM = (0x5804 << 8) | PRJQUOTA;
const Q_XGETQSTAT = (0x5805 << 8) | PRJQUOTA;

/** `struct fs_quota_stat`: flags at 2; the room is more than its size. */
const QUOTA_STAT_BYTES = 256;
const QUOTA_STAT_FLAGS = 2;

/** `struct fs_disk_quota`: version, kind, field mask, id, then limits of 64 bits. */
const DISK_QUOTA_BYTES = 112;
const DISK_QUOTA = Object.freeze({ version: 0, kind: 1, fields: 2, id: 4, hard: 8, soft: 16 });
const FS_DQUOT_VERSION = 1;
const FS_PROJ_QUOTA = 2;
const FS_DQ_BLOCK_LIMITS = (1 << 2) | (1 << 3);

/**
 * Project quotas of the host, by the layout of the kernel's structures.
 *
 * @source Linux include/uapi/linux/fs.h fsxattr, dqblk_xfs.h fs_disk_quota, fs_quota_stat
 * @internal
 */
export class LinuxQuota implements Quota {
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  async projectId(path: string): Promise<number> {
    return this.#withDirectory(path, (fd) =>
      this.#attributes(fd, path).getUint32(FSXATTR_PROJECT_ID, true),
    );
  }

  async setProjectId(path: string, id: number): Promise<void> {
    this.#withDirectory(path, (fd) => {
      const attributes = this.#attributes(fd, path);
      // XFS sets bit 31 of the flags, which a signed `|` would turn into a negative number.
      const flags = (attributes.getUint32(0, true) | FS_XFLAG_PROJINHERIT) >>> 0;
      attributes.setUint32(0, flags, true);
      attributes.setUint32(FSXATTR_PROJECT_ID, id, true);
      check(this.#host.libc.ioctl(fd, FS_IOC_FSSETXATTR, bytesOf(attributes)), 'ioctl', path);
    });
  }

  async quotaFlags(device: string): Promise<number> {
    const stat = structure(QUOTA_STAT_BYTES);
    this.#quotactl(Q_XGETQSTAT, device, 0, stat);
    return stat.getUint16(QUOTA_STAT_FLAGS, true);
  }

  async limits(device: string, id: number): Promise<QuotaLimits> {
    const quota = structure(DISK_QUOTA_BYTES);
    this.#quotactl(Q_XGETPQUOTA, device, id, quota);
    return {
      hardBlocks: quota.getBigUint64(DISK_QUOTA.hard, true),
      softBlocks: quota.getBigUint64(DISK_QUOTA.soft, true),
    };
  }

  async setLimits(device: string, id: number, limits: QuotaLimits): Promise<void> {
    const quota = structure(DISK_QUOTA_BYTES);
    quota.setInt8(DISK_QUOTA.version, FS_DQUOT_VERSION);
    quota.setInt8(DISK_QUOTA.kind, FS_PROJ_QUOTA);
    quota.setUint16(DISK_QUOTA.fields, FS_DQ_BLOCK_LIMITS, true);
    quota.setUint32(DISK_QUOTA.id, id, true);
    quota.setBigUint64(DISK_QUOTA.hard, limits.hardBlocks, true);
    quota.setBigUint64(DISK_QUOTA.soft, limits.softBlocks, true);
    this.#quotactl(Q_XSETPQLIM, device, id, quota);
  }

  #attributes(fd: number, path: string): DataView {
    const attributes = structure(FSXATTR_BYTES);
    check(this.#host.libc.ioctl(fd, FS_IOC_FSGETXATTR, bytesOf(attributes)), 'ioctl', path);
    return attributes;
  }

  #quotactl(command: number, device: string, id: number, data: DataView): void {
    const { libc, scratch } = this.#host;
    const { first } = scratch;
    const call = (): number => libc.quotactl(command, first.bytes, id, bytesOf(data));
    check(first.setText(device) || call(), 'quotactl', device);
  }

  #withDirectory<T>(path: string, use: (fd: number) => T): T {
    const { libc, scratch } = this.#host;
    const { first } = scratch;
    const flags = O.DIRECTORY | O.CLOEXEC;
    const fd = first.setText(path) || libc.openat(AT.FDCWD, first.bytes, flags, 0);
    check(fd, 'open', path);
    try {
      return use(fd);
    } finally {
      libc.close(fd);
    }
  }
}

function structure(bytes: number): DataView {
  return new DataView(new ArrayBuffer(bytes));
}

function bytesOf(view: DataView): Uint8Array {
  return new Uint8Array(view.buffer);
}
