/**
 * System calls that a kernel may lack, each made once without effect, for whoever wants to know
 * what a host can do. A call that works returns; one that does not fails with its `SyscallError`.
 */
export interface KernelFeatures {
  /** `openat2` with RESOLVE_IN_ROOT, Linux 5.6; ENOSYS before. */
  openat2(): Promise<void>;
  /** `fsopen` of overlay, Linux 5.2; ENOSYS before, ENODEV without overlay. */
  fsopen(): Promise<void>;
  /** `fsconfig` of `lowerdir+` with a directory, Linux 6.7; EINVAL before. */
  lowerdirPlus(directory: string): Promise<void>;
}
