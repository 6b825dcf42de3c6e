/** Facts about the running kernel and process. Failures are `SyscallError`s. */
export interface Kernel {
  /** `uname` release, as `6.1.0-18-amd64`. */
  release(): Promise<string>;
  /** Bytes of a page, the most that classic mount data may hold with its NUL. */
  pageSize(): number;
  /** The file mode creation mask of the process at start. */
  umask(): number;
  /** Where temporary directories go: `TMPDIR`, else `/tmp`. */
  tempDirectory(): string;
  /** The text of `/proc/filesystems`. */
  fileSystems(): Promise<string>;
  /** The text of `/sys/module/overlay/parameters/<name>`; ENOENT where the kernel has none. */
  overlayParameter(name: string): Promise<string>;
  /** The text of `/proc/self/uid_map`. */
  uidMap(): Promise<string>;
  /** The bytes of `/proc/self/mountinfo`. */
  mountInfo(): Promise<Uint8Array>;
}
