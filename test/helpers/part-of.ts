import { SyscallError } from '../../src/domain/errors.js';
import { ERRNO, type ErrnoName } from '../../src/domain/go/errno.js';

/**
 * Takes the few methods that a test needs for a whole port; calling another one fails the test with
 * its name.
 */
export function partOf<T extends object>(methods: Partial<T>): T {
  return new Proxy(methods, {
    get(target, name): unknown {
      if (name in target || typeof name === 'symbol' || name === 'then') {
        return Reflect.get(target, name);
      }
      throw new Error(`the test does not expect ${name}`);
    },
  }) as T;
}

/** A failed system call, as ports throw it. */
export function failure(errno: ErrnoName, syscall = 'call', path?: string): SyscallError {
  return new SyscallError({
    errno: ERRNO[errno],
    syscall,
    ...(path === undefined ? {} : { path }),
  });
}
