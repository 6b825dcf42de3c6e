/**
 * A moment: whole seconds since 1970 (may be negative) and 0 … 999,999,999 nanoseconds.
 *
 * @public
 * @since 0.1.0
 */
export interface Timestamp {
  readonly seconds: bigint;
  readonly nanoseconds: number;
}

/**
 * What `stat` tells of a file.
 *
 * @public
 * @since 0.1.0
 */
export interface FileStat {
  /** `st_mode`: type bits and permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** `st_dev`, packed as `major * 2^32 + minor`; only good for comparing. */
  readonly dev: bigint;
  readonly ino: bigint;
  readonly nlink: number;
  /** Device numbers of a device node, else 0. */
  readonly rdevMajor: number;
  readonly rdevMinor: number;
  /** Apparent size in bytes. */
  readonly size: bigint;
  readonly atime: Timestamp;
  readonly mtime: Timestamp;
  readonly ctime: Timestamp;
}
