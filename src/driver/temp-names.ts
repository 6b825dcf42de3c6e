import { ERRNO } from '../domain/go/errno.js';
import { isErrno, SyscallError } from '../domain/errors.js';
import { goJoin } from '../domain/go/path.js';
import { OPEN } from '../domain/host/open-flags.js';
import type { Ports } from './context.js';

const TRIES_MAX = 10_000;
const SUFFIX_DIGITS = 9;

/**
 * Makes a directory with a name that nothing has yet: the prefix and nine digits.
 *
 * @returns its path.
 * @throws SyscallError `mkdir <path>: …`; `stat <parent>: …` where that is missing.
 * @source Go 1.13 io/ioutil/tempfile.go TempDir
 * @internal
 */
export async function makeTempDirectory(
  { fs, random }: Pick<Ports, 'fs' | 'random'>,
  parent: string,
  prefix: string,
): Promise<string> {
  return withFreeName(random, parent, prefix, 'mkdir', async (path) => {
    try {
      await fs.mkdir(path, 0o700);
    } catch (error) {
      // Go tells of the parent where that is what is missing.
      if (isErrno(error, 'ENOENT')) await fs.stat(parent);
      throw error;
    }
  });
}

/**
 * Makes an empty file with a name that nothing has yet.
 *
 * @returns its path.
 * @throws SyscallError `open <path>: …`.
 * @source Go 1.13 io/ioutil/tempfile.go TempFile
 * @internal
 */
export async function makeTempFile(
  { fs, random }: Pick<Ports, 'fs' | 'random'>,
  parent: string,
  prefix: string,
): Promise<string> {
  const flags = OPEN.READ_WRITE | OPEN.CREATE | OPEN.EXCLUSIVE;
  return withFreeName(random, parent, prefix, 'open', async (path) => {
    await (await fs.open(path, flags, 0o600)).close();
  });
}

async function withFreeName(
  random: Ports['random'],
  parent: string,
  prefix: string,
  syscall: string,
  make: (path: string) => Promise<void>,
): Promise<string> {
  let path = '';
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    path = goJoin(parent, prefix + digits(await random.bytes(4)));
    try {
      await make(path);
      return path;
    } catch (error) {
      if (!isErrno(error, 'EEXIST')) throw error;
    }
  }
  throw new SyscallError({ errno: ERRNO.EEXIST, syscall, path });
}

function digits(bytes: Uint8Array): string {
  const number = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  return String(number % 10 ** SUFFIX_DIGITS).padStart(SUFFIX_DIGITS, '0');
}
