import { createRequire } from 'node:module';

import { GraphDriverError } from '../../domain/errors.js';
import { ERRNO } from '../../domain/go/errno.js';

/**
 * A parameter of a C function: an integer, or the memory that a pointer points to.
 *
 * @internal
 */
export type Argument = number | bigint | Uint8Array | null;

/**
 * A bound C function; it answers 0 or more, or the negative errno of its failure.
 *
 * @internal
 */
export type Call<Arguments extends Argument[]> = (...args: Arguments) => number;

/**
 * Binds C functions of the process's own C library, each at its first call.
 *
 * @internal
 */
export interface NativeLibrary {
  readonly arch: LinuxArch;
  /** Binds a C prototype; a call that a signal interrupted is made again, as Go makes it again. */
  bind<Arguments extends Argument[]>(prototype: string): Call<Arguments>;
  /** The same without repetition, for `close`: its descriptor is gone even when interrupted. */
  bindOnce<Arguments extends Argument[]>(prototype: string): Call<Arguments>;
}

/**
 * The architectures whose numbers this adapter knows.
 *
 * @internal
 */
export type LinuxArch = 'x64' | 'arm64';

/** The part of koffi that is used; told here so that no other system needs its types. */
interface Koffi {
  load(path: null): { func(prototype: string): (...args: Argument[]) => number };
  errno(): number;
}

/**
 * Opens the C library that the process itself runs on, whatever its name.
 *
 * @throws {@link GraphDriverError} code `host` in one sentence when this is not Linux on x64 or
 *   arm64, or when koffi is not installed.
 * @internal
 */
export function openNativeLibrary(
  platform: string = process.platform,
  arch: string = process.arch,
): NativeLibrary {
  if (platform !== 'linux' || (arch !== 'x64' && arch !== 'arm64')) {
    const here = `${platform} on ${arch}`;
    const text = `the linux adapter needs Linux on x64 or arm64, and this is ${here}`;
    throw new GraphDriverError('host', text);
  }
  const koffi = requireKoffi();
  const library = koffi.load(null);
  const errno = koffi.errno;

  return {
    arch,
    bind<Arguments extends Argument[]>(prototype: string): Call<Arguments> {
      let native: ((...args: Argument[]) => number) | undefined;
      return (...args) => {
        native ??= library.func(prototype);
        for (;;) {
          const result = native(...args);
          if (result !== -1) return result;
          const failed = errno();
          if (failed !== ERRNO.EINTR) return -failed;
        }
      };
    },
    bindOnce<Arguments extends Argument[]>(prototype: string): Call<Arguments> {
      let native: ((...args: Argument[]) => number) | undefined;
      return (...args) => {
        native ??= library.func(prototype);
        const result = native(...args);
        return result === -1 ? -errno() : result;
      };
    },
  };
}

function requireKoffi(): Koffi {
  const require = createRequire(import.meta.url);
  try {
    return require('koffi') as Koffi;
  } catch (cause) {
    const text = 'the linux adapter needs the optional package koffi, and it cannot be loaded';
    throw new GraphDriverError('host', text, { cause });
  }
}
