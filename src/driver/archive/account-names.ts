import { parseAccounts } from '../../domain/host/accounts.js';
import { SyscallError } from '../../domain/errors.js';
import type { FileSystem } from '../../ports/file-system.js';
import { readText } from '../files.js';

/**
 * Names of users and groups by id.
 *
 * @internal
 */
export interface AccountNames {
  readonly users: ReadonlyMap<number, string>;
  readonly groups: ReadonlyMap<number, string>;
}

/**
 * Reads the host's names, as Go's archive writer looks them up. Where a file cannot be read, ids
 * have no names.
 *
 * @source Go 1.13 archive/tar/stat_unix.go statUnix; os/user/lookup_unix.go
 * @internal
 */
export async function readAccountNames(fs: FileSystem): Promise<AccountNames> {
  return {
    users: parseAccounts(await textOrNone(fs, '/etc/passwd'), 'passwd'),
    groups: parseAccounts(await textOrNone(fs, '/etc/group'), 'group'),
  };
}

async function textOrNone(fs: FileSystem, path: string): Promise<string> {
  try {
    return await readText(fs, path);
  } catch (error) {
    if (error instanceof SyscallError) return '';
    throw error;
  }
}
