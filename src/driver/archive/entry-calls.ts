import type { TarHeader } from '../../domain/diffs/tar/header.js';
import { SyscallError } from '../../domain/errors.js';
import { showBytePath } from './byte-path.js';
import { type Place, retell } from './confined-tree.js';
import { clearWay, type Extraction } from './extraction.js';

const PERMISSION_BITS = 12;

/**
 * Makes something at a path, and makes room for it only if the first try fails: most entries are
 * new, and looking first would cost each of them a call.
 *
 * @param make - must leave nothing behind when it fails.
 * @internal
 */
export async function makeReplacing<T>(
  run: Extraction,
  path: string,
  make: (place: Place) => Promise<T>,
): Promise<T> {
  try {
    return await make(await run.tree.place(path));
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error;
    if (!(await clearWay(run, path, false))) throw error;
  }
  return make(await run.tree.place(path));
}

/**
 * Gives the permission bits of a header.
 *
 * @internal
 */
export function modeOf(header: TarHeader): number {
  return Number(BigInt.asUintN(PERMISSION_BITS, header.mode));
}

/**
 * Runs calls whose failures are told with Go's word and the path in the tree.
 *
 * @internal
 */
export async function told<T>(syscall: string, path: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    // What making room met is told already.
    if (error instanceof SyscallError && error.syscall === 'unlinkat') throw error;
    throw retell(error, syscall, path);
  }
}

/**
 * Runs calls whose failures are told of two paths.
 *
 * @internal
 */
export async function toldOfTwo<T>(
  syscall: string,
  from: string,
  to: string,
  call: () => Promise<T>,
): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof SyscallError) || error.syscall === 'unlinkat') throw error;
    const retold = {
      errno: error.errno,
      syscall,
      path: showBytePath(from),
      dest: showBytePath(to),
    };
    throw new SyscallError(retold);
  }
}

/**
 * Runs calls whose failures the seed does not wrap.
 *
 * @internal
 */
export async function bare<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof SyscallError) || error.syscall === 'unlinkat') throw error;
    throw error.bare();
  }
}
