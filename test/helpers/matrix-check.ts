/**
 * Tests whose outcome is a row of the kernel matrix: each says what it shows, of which file system,
 * and what it looked at.
 */
import { spawnSync } from 'node:child_process';
import { test } from 'vitest';
import { mountFresh } from './loop-device.js';

/** What a test tells of itself in `task.meta`, for whoever makes the matrix of its results. */
export interface MatrixMeta {
  /** The part of the driver that needs it, as `quota`. */
  readonly feature: string;
  /** `ext4`, `xfs (prjquota)` …; `-` where none matters. */
  readonly fileSystem: string;
  /** The call and the answer that decide, in words. */
  readonly probe: string;
  /** Why the kernel does not offer it: the answer is known, and is no failure. */
  unsupported?: string;
}

declare module 'vitest' {
  interface TaskMeta {
    matrix?: MatrixMeta;
  }
}

/** How a check ends early: the reason says why. */
export interface MatrixEnds {
  /** The kernel or the file system does not offer it. */
  unsupported(reason: string): never;
  /** It cannot be found out here: a program is missing, or the machine is not ours alone. */
  notRun(reason: string): never;
}

/** Set where the kernel is the test's alone, so that its parameters may be changed. */
export const OWNS_KERNEL = process.env['OVERLAY2_REF_OWN_KERNEL'] === '1';

/** Registers a test of the matrix. */
export function matrixTest(
  name: string,
  about: Omit<MatrixMeta, 'unsupported'>,
  body: (ends: MatrixEnds) => Promise<void> | void,
): void {
  // oxlint-disable-next-line vitest/expect-expect, vitest/valid-title -- both are the caller's.
  test(about.fileSystem === '-' ? name : `${name} [${about.fileSystem}]`, async (context) => {
    const meta: MatrixMeta = { ...about };
    context.task.meta.matrix = meta;
    await body({
      unsupported: (reason) => {
        meta.unsupported = reason;
        return context.skip(reason);
      },
      notRun: (reason) => context.skip(reason),
    });
  });
}

/** Makes and mounts a file system; where that cannot be, the check ends with whose fault it is. */
export function mountOrEnd(
  ends: MatrixEnds,
  ...[type, path, options, makeOptions]: Parameters<typeof mountFresh>
): void {
  const reason = mountFresh(type, path, options, makeOptions);
  if (reason === undefined) return;
  // mount(8) guesses at the reason; the kernel has written its own to the log.
  if (reason.startsWith('mount:')) ends.unsupported(lastKernelLine() ?? reason);
  ends.notRun(reason);
}

function lastKernelLine(): string | undefined {
  const { error, stdout } = spawnSync('dmesg', ['--notime'], { encoding: 'utf8' });
  if (error !== undefined) return undefined;
  return stdout.trimEnd().split('\n').at(-1);
}
