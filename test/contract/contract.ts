/**
 * The port contract: what every implementation of the ports must answer, as cases that need a
 * factory and nothing else. The kernel is the judge of the cases (they pass on Linux as root), and
 * the in-memory fake has to pass the same ones. What an implementation cannot do it says with a
 * capability and a reason, and the cases that need it are skipped with that reason.
 */
import { expect, test } from 'vitest';
import { SyscallError } from '../../src/domain/errors.js';
import { FILE_TYPE } from '../../src/domain/host/file-type.js';
import { OPEN } from '../../src/domain/host/open-flags.js';
import { encodeUtf8 } from '../../src/domain/utf8.js';
import type { Clock } from '../../src/ports/clock.js';
import type { Directory, FileSystem } from '../../src/ports/file-system.js';
import type { Kernel } from '../../src/ports/kernel.js';
import type { Random } from '../../src/ports/random.js';

/** What a case gets: ports, and the path of an empty directory (mode 0755, 0:0) of its own. */
export interface Subject {
  readonly ports: {
    readonly fs: FileSystem;
    readonly kernel: Kernel;
    readonly random: Random;
    readonly clock: Clock;
  };
  readonly root: string;
  dispose(): Promise<void>;
}

/** What an implementation may lack. */
export type Capability =
  /** Files whose sizes exceed memory. */
  | 'large-sparse-files'
  /** `user.` attributes are refused on symlinks, unknown namespaces everywhere. */
  | 'xattr-namespaces'
  /** `syncfs` and `fsync`. */
  | 'sync'
  /** Facts of a real kernel: uname, /proc. */
  | 'real-kernel';

/** One named case. */
export interface Case {
  readonly name: string;
  readonly needs?: Capability;
  run(subject: Subject): Promise<void>;
}

/** Says, for each capability that is lacking, why. */
export type Lacking = Partial<Readonly<Record<Capability, string>>>;

/** Defines a test a case; each has a subject of its own. */
export function testContract(
  cases: readonly Case[],
  open: () => Promise<Subject>,
  lacking: Lacking = {},
): void {
  for (const { name, needs, run } of cases) {
    test(name, async ({ skip }) => {
      const reason = needs === undefined ? undefined : lacking[needs];
      if (reason !== undefined) skip(`lacks ${needs}: ${reason}`);
      const subject = await open();
      try {
        await run(subject);
      } finally {
        await subject.dispose();
      }
    });
  }
}

/** What a failure must say; `dest` is the second path of a two-path call. */
export interface ExpectedFailure {
  readonly errno: string;
  readonly syscall: string;
  readonly path: string;
  readonly dest?: string;
}

/** Expects a promise to be rejected with exactly this system call failure. */
export async function expectFailure(
  promise: Promise<unknown>,
  expected: ExpectedFailure,
): Promise<void> {
  const error = await promise.then(
    () => expect.unreachable(`${expected.syscall} ${expected.path} did not fail`),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(SyscallError);
  const { errnoName, syscall, path, dest, message, strerror } = error as SyscallError;
  expect({ errno: errnoName, syscall, path, dest }).toEqual({ dest: undefined, ...expected });
  const subject = dest === undefined ? path : `${path} ${dest}`;
  expect(message).toBe(`${syscall} ${subject}: ${strerror}`);
}

/** UTF-8 bytes of a name. */
export const bytes = encodeUtf8;

/** Type bits of a mode. */
export function typeOf(mode: number): number {
  return mode & FILE_TYPE.MASK;
}

/** Permission bits of a mode. */
export function permissionsOf(mode: number): number {
  return mode & 0o7777;
}

/** Makes a file with a content. */
export async function writeFile(fs: FileSystem, path: string, content = ''): Promise<void> {
  const file = await fs.open(path, OPEN.WRITE_ONLY | OPEN.CREATE | OPEN.EXCLUSIVE, 0o644);
  try {
    if (content !== '') expect(await file.write(bytes(content))).toBe(bytes(content).length);
  } finally {
    await file.close();
  }
}

/** Gives up to a kilobyte of a file. */
export async function readFile(fs: FileSystem, path: string): Promise<string> {
  const file = await fs.open(path, OPEN.READ_ONLY, 0);
  const buffer = new Uint8Array(1024);
  try {
    return new TextDecoder().decode(buffer.subarray(0, await file.read(buffer)));
  } finally {
    await file.close();
  }
}

/** Opens the subject's directory for a case and closes it after. */
export function inDirectory(
  run: (directory: Directory, subject: Subject) => Promise<void>,
): (subject: Subject) => Promise<void> {
  return async (subject) => {
    const directory = await subject.ports.fs.openRoot(subject.root);
    try {
      await run(directory, subject);
    } finally {
      await directory.close();
    }
  };
}
