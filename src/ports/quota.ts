/**
 * Project quotas, call by call: which ids to give out is the driver's business.
 * Failures are `SyscallError`s.
 */

/** Limits in basic blocks of 512 bytes; 0 is no limit. */
export interface QuotaLimits {
  readonly hardBlocks: bigint;
  readonly softBlocks: bigint;
}

/** Project quota calls. */
export interface Quota {
  /** `ioctl(FS_IOC_FSGETXATTR)`: the project id of a file or directory, 0 for none. */
  projectId(path: string): Promise<number>;
  /** `ioctl(FS_IOC_FSSETXATTR)`: tags a directory and sets the inherit flag. */
  setProjectId(path: string, id: number): Promise<void>;
  /** `quotactl(Q_XGETQSTAT)` for project quota on a block device node: its `qs_flags`. */
  quotaFlags(device: string): Promise<number>;
  /** `quotactl(Q_XGETPQUOTA)`. */
  limits(device: string, id: number): Promise<QuotaLimits>;
  /** `quotactl(Q_XSETPQLIM)`. */
  setLimits(device: string, id: number, limits: QuotaLimits): Promise<void>;
}
