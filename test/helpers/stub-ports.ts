import { SyscallError } from '../../src/domain/errors.js';
import { ERRNO } from '../../src/domain/go/errno.js';
import { OPEN } from '../../src/domain/host/open-flags.js';
import { decodeUtf8 } from '../../src/domain/utf8.js';
import type { OutwardPorts } from '../../src/adapters/faults/intercept.js';
import type { Directory, FileHandle, FileSystem } from '../../src/ports/file-system.js';

/**
 * The least that the decorators' tests need: one flat table of files by absolute path, without
 * directories, owners or contents beyond a size. Methods that no test calls are not there.
 */
export class StubFiles {
  /** Sizes in bytes by absolute path. */
  readonly sizes = new Map<string, number>();
  /** Handles that were given out and not closed. */
  opened = 0;
  /** What `linkat` and `renameat` got for their other directory. */
  otherDirectory: Directory | undefined;

  readonly fs = {
    open: async (path: string, flags: number) => this.#open(path, flags),
    openRoot: async (path: string) => this.#directory(path),
    lstat: async (path: string) => ({ size: BigInt(this.#size(path, 'lstat')) }),
    mkdir: async () => undefined,
    symlink: async () => undefined,
    getxattr: async () => Uint8Array.of(1, 2, 3),
    setxattr: async () => undefined,
    rename: async (from: string, to: string) => this.#rename(from, to),
    unlink: async (path: string) => void this.sizes.delete(path),
  } as unknown as FileSystem;

  /** These files beside a mounter and a quota that do nothing. */
  get ports(): OutwardPorts {
    return {
      fs: this.fs,
      mounter: {
        pageLimited: true,
        mount: async () => undefined,
        umount: async () => undefined,
      },
      quota: { setLimits: async () => undefined } as unknown as OutwardPorts['quota'],
    };
  }

  #open(path: string, flags: number): FileHandle {
    const has = this.sizes.has(path);
    if (!has && (flags & OPEN.CREATE) === 0) throw missing('open', path);
    if (!has || (flags & OPEN.TRUNCATE) !== 0) this.sizes.set(path, 0);
    this.opened += 1;
    const add = (bytes: number): void => {
      this.sizes.set(path, this.#size(path, 'write') + bytes);
    };
    return {
      write: async (bytes: Uint8Array) => {
        add(bytes.length);
        return bytes.length;
      },
      ftruncate: async (size: bigint) => void this.sizes.set(path, Number(size)),
      fstat: async () => ({ size: BigInt(this.#size(path, 'stat')) }),
      fsync: async () => undefined,
      syncfs: async () => undefined,
      close: async () => void (this.opened -= 1),
    } as unknown as FileHandle;
  }

  #directory(path: string): Directory {
    const below = (name: Uint8Array): string =>
      `${path}/${decodeUtf8(name)}`.replaceAll(/\/+/g, '/').replace(/(.)\/$/, '$1');
    this.opened += 1;
    return {
      resolve: async (name: Uint8Array) => this.#directory(below(name)),
      opendirat: async (name: Uint8Array) => this.#directory(below(name)),
      openat: async (name: Uint8Array, flags: number) => this.#open(below(name), flags),
      lstatat: async (name: Uint8Array) => ({ size: BigInt(this.#size(below(name), 'lstat')) }),
      unlinkat: async (name: Uint8Array) => void this.sizes.delete(below(name)),
      linkat: async (from: Directory) => void (this.otherDirectory = from),
      renameat: async (_name: Uint8Array, to: Directory) => void (this.otherDirectory = to),
      utimensat: async () => undefined,
      fsync: async () => undefined,
      close: async () => void (this.opened -= 1),
    } as unknown as Directory;
  }

  #size(path: string, syscall: string): number {
    const size = this.sizes.get(path);
    if (size === undefined) throw missing(syscall, path);
    return size;
  }

  #rename(from: string, to: string): void {
    const before = [...this.sizes];
    for (const [path, size] of before) {
      if (path !== from && !path.startsWith(`${from}/`)) continue;
      this.sizes.delete(path);
      this.sizes.set(to + path.slice(from.length), size);
    }
  }
}

function missing(syscall: string, path: string): SyscallError {
  return new SyscallError({ errno: ERRNO.ENOENT, syscall, path });
}
