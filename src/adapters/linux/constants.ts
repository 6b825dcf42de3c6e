import { constants } from 'node:fs';

import type { LinuxArch } from './native.js';

/**
 * Numbers of the kernel's interface that are equal on x64 and arm64.
 *
 * @source Linux include/uapi: fcntl.h, stat.h, mount.h, openat2.h, sched.h
 * @internal
 */
export const AT = Object.freeze({
  FDCWD: -100,
  SYMLINK_NOFOLLOW: 0x100,
  REMOVEDIR: 0x200,
  NO_AUTOMOUNT: 0x800,
  EMPTY_PATH: 0x1000,
});

/**
 * `open` flags of this machine: O_DIRECTORY and O_NOFOLLOW differ between architectures, so they
 * come from Node.
 *
 * @internal
 */
export const O = Object.freeze({
  CREAT: constants.O_CREAT,
  EXCL: constants.O_EXCL,
  TRUNC: constants.O_TRUNC,
  NOFOLLOW: constants.O_NOFOLLOW,
  DIRECTORY: constants.O_DIRECTORY,
  PATH: 0o10000000,
  CLOEXEC: 0o2000000,
});

/**
 * Numbers of the system calls that are made by number.
 *
 * @source Linux arch/x86/entry/syscalls/syscall_64.tbl, include/uapi/asm-generic/unistd.h
 * @internal
 */
export interface SystemCallNumbers {
  readonly getdents64: number;
  readonly openat2: number;
  readonly moveMount: number;
  readonly fsopen: number;
  readonly fsconfig: number;
  readonly fsmount: number;
}

/**
 * Gives the system call numbers of an architecture; those from 424 on are the same everywhere.
 *
 * @internal
 */
export function systemCallNumbers(arch: LinuxArch): SystemCallNumbers {
  return {
    getdents64: arch === 'x64' ? 217 : 61,
    moveMount: 429,
    fsopen: 430,
    fsconfig: 431,
    fsmount: 432,
    openat2: 437,
  };
}
