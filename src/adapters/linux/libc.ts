import { systemCallNumbers } from './constants.js';
import { openNativeLibrary, type Call, type NativeLibrary } from './native.js';

/**
 * The C library as this adapter uses it: one function a call, named for it, bound at its first
 * use. Each answers 0 or more, or a negative errno that was read right after the call. Paths and
 * names are NUL-terminated bytes.
 *
 * @internal
 */
export type Libc = FileCalls & NameCalls & AttributeCalls & HostCalls & MountCalls;

type Fd = number;
type Bytes = Uint8Array;

type FileCalls = ReturnType<typeof bindFileCalls>;
type NameCalls = ReturnType<typeof bindNameCalls>;
type AttributeCalls = ReturnType<typeof bindAttributeCalls>;
type HostCalls = ReturnType<typeof bindHostCalls>;
type MountCalls = ReturnType<typeof bindMountCalls>;

/**
 * Gives the C library of this process.
 *
 * @throws {@link GraphDriverError} code `host` where there is none to use.
 * @internal
 */
export function createLibc(): Libc {
  const library = openNativeLibrary();
  return {
    ...bindFileCalls(library),
    ...bindNameCalls(library),
    ...bindAttributeCalls(library),
    ...bindHostCalls(library),
    ...bindMountCalls(library),
  };
}

/** Calls on open files. */
function bindFileCalls(library: NativeLibrary) {
  const { getdents64 } = systemCallNumbers(library.arch);
  const readDirectory = library.bind<[number, Fd, Bytes, number]>(
    'int64 syscall(int64, int, void *, uint64)',
  );
  return {
    close: library.bindOnce<[fd: Fd]>('int close(int)'),
    read: library.bind<[Fd, Bytes, number]>('int64 read(int, void *, uint64)'),
    write: library.bind<[Fd, Bytes, number]>('int64 write(int, const void *, uint64)'),
    lseek: library.bind<[Fd, bigint, number]>('int64 lseek(int, int64, int)'),
    ftruncate: library.bind<[Fd, bigint]>('int ftruncate(int, int64)'),
    fchown: library.bind<[Fd, number, number]>('int fchown(int, uint, uint)'),
    fchmod: library.bind<[Fd, number]>('int fchmod(int, uint)'),
    futimens: library.bind<[Fd, Bytes]>('int futimens(int, const void *)'),
    fsync: library.bind<[Fd]>('int fsync(int)'),
    syncfs: library.bind<[Fd]>('int syncfs(int)'),
    flock: library.bind<[Fd, number]>('int flock(int, int)'),
    ioctl: library.bind<[Fd, number, Bytes]>('int ioctl(int, ulong, void *)'),
    getdents64: (fd: Fd, buffer: Bytes): number =>
      readDirectory(getdents64, fd, buffer, buffer.length),
  };
}

/** Calls on names: the `…at` family, which also serves paths from AT_FDCWD. */
function bindNameCalls(library: NativeLibrary) {
  const { openat2 } = systemCallNumbers(library.arch);
  const openHow = library.bind<[number, Fd, Bytes, Bytes, number]>(
    'int64 syscall(int64, int, const void *, const void *, uint64)',
  );
  return {
    openat: library.bind<[Fd, Bytes, number, number]>('int openat(int, const void *, int, uint)'),
    openat2: (fd: Fd, path: Bytes, how: Bytes): number =>
      openHow(openat2, fd, path, how, how.length),
    statx: library.bind<[Fd, Bytes, number, number, Bytes]>(
      'int statx(int, const void *, int, uint, void *)',
    ),
    mkdirat: library.bind<[Fd, Bytes, number]>('int mkdirat(int, const void *, uint)'),
    unlinkat: library.bind<[Fd, Bytes, number]>('int unlinkat(int, const void *, int)'),
    renameat: library.bind<[Fd, Bytes, Fd, Bytes]>(
      'int renameat(int, const void *, int, const void *)',
    ),
    linkat: library.bind<[Fd, Bytes, Fd, Bytes, number]>(
      'int linkat(int, const void *, int, const void *, int)',
    ),
    symlinkat: library.bind<[Bytes, Fd, Bytes]>('int symlinkat(const void *, int, const void *)'),
    readlinkat: library.bind<[Fd, Bytes, Bytes, number]>(
      'int64 readlinkat(int, const void *, void *, uint64)',
    ),
    mknodat: library.bind<[Fd, Bytes, number, number]>(
      'int mknodat(int, const void *, uint, uint64)',
    ),
    fchownat: library.bind<[Fd, Bytes, number, number, number]>(
      'int fchownat(int, const void *, uint, uint, int)',
    ),
    fchmodat: library.bind<[Fd, Bytes, number, number]>(
      'int fchmodat(int, const void *, uint, int)',
    ),
    utimensat: library.bind<[Fd, Bytes, Bytes, number]>(
      'int utimensat(int, const void *, const void *, int)',
    ),
    statfs: library.bind<[Bytes, Bytes]>('int statfs(const void *, void *)'),
  };
}

/** Calls on extended attributes. */
function bindAttributeCalls(library: NativeLibrary) {
  type Get = [path: Bytes, name: Bytes, value: Bytes, size: number];
  type Set = [path: Bytes, name: Bytes, value: Bytes, size: number, flags: number];
  const get = 'const void *, const void *, void *, uint64';
  const set = 'const void *, const void *, const void *, uint64, int';
  return {
    getxattr: library.bind<Get>(`int64 getxattr(${get})`),
    lgetxattr: library.bind<Get>(`int64 lgetxattr(${get})`),
    fgetxattr: library.bind<[Fd, Bytes, Bytes, number]>(
      'int64 fgetxattr(int, const void *, void *, uint64)',
    ),
    setxattr: library.bind<Set>(`int setxattr(${set})`),
    lsetxattr: library.bind<Set>(`int lsetxattr(${set})`),
    fsetxattr: library.bind<[Fd, Bytes, Bytes, number, number]>(
      'int fsetxattr(int, const void *, const void *, uint64, int)',
    ),
    llistxattr: library.bind<[Bytes, Bytes, number]>(
      'int64 llistxattr(const void *, void *, uint64)',
    ),
    flistxattr: library.bind<[Fd, Bytes, number]>('int64 flistxattr(int, void *, uint64)'),
  };
}

/** Facts of the host. */
function bindHostCalls(library: NativeLibrary) {
  return {
    uname: library.bind<[Bytes]>('int uname(void *)'),
    getsockopt: library.bind<[Fd, number, number, Bytes, Bytes]>(
      'int getsockopt(int, int, int, void *, void *)',
    ),
    getpagesize: library.bind<[]>('int getpagesize()'),
    getrandom: library.bind<[Bytes, number, number]>('int64 getrandom(void *, uint64, uint)'),
    clockGettime: library.bind<[number, Bytes]>('int clock_gettime(int, void *)'),
    quotactl: library.bind<[number, Bytes, number, Bytes]>(
      'int quotactl(int, const void *, int, void *)',
    ),
  };
}

/** Mount calls, the classic ones and those of the new mount API. */
function bindMountCalls(library: NativeLibrary) {
  const numbers = systemCallNumbers(library.arch);
  const text = 'const void *';
  type Config = [number, Fd, number, Bytes | null, Bytes | null, number];
  const fsopen = library.bind<[number, Bytes, number]>(`int64 syscall(int64, ${text}, uint)`);
  const fsconfig = library.bind<Config>(`int64 syscall(int64, int, uint, ${text}, ${text}, int)`);
  const fsmount = library.bind<[number, Fd, number, number]>(
    'int64 syscall(int64, int, uint, uint)',
  );
  const moveMount = library.bind<[number, Fd, Bytes, Fd, Bytes, number]>(
    `int64 syscall(int64, int, ${text}, int, ${text}, uint)`,
  );
  const mount: Call<[Bytes, Bytes, Bytes, number, Bytes | null]> = library.bind(
    `int mount(${text}, ${text}, ${text}, ulong, ${text})`,
  );
  return {
    mount,
    umount2: library.bind<[Bytes, number]>('int umount2(const void *, int)'),
    fsopen: (type: Bytes, flags: number): number => fsopen(numbers.fsopen, type, flags),
    fsconfig: (fd: Fd, command: number, key: Bytes | null, value: Bytes | null, aux: number) =>
      fsconfig(numbers.fsconfig, fd, command, key, value, aux),
    fsmount: (fd: Fd, flags: number, attributes: number): number =>
      fsmount(numbers.fsmount, fd, flags, attributes),
    moveMount: (from: Fd, fromPath: Bytes, to: Fd, toPath: Bytes, flags: number): number =>
      moveMount(numbers.moveMount, from, fromPath, to, toPath, flags),
  };
}
