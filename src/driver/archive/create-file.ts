import type { TarHeader } from '../../domain/diffs/tar/header.js';
import { SyscallError } from '../../domain/errors.js';
import { OPEN } from '../../domain/host/open-flags.js';
import type { Identity } from '../../domain/identities/id-map.js';
import type { Directory, FileHandle } from '../../ports/file-system.js';
import { retell } from './confined-tree.js';
import { setAttributes } from './entry-attributes.js';
import { makeReplacing, modeOf, told } from './entry-calls.js';
import { fileTimes } from './entry-times.js';
import type { Extraction } from './extraction.js';

const NEW_FILE = OPEN.WRITE_ONLY | OPEN.CREATE | OPEN.EXCLUSIVE | OPEN.NO_FOLLOW;
const SPECIAL_BITS = 0o7000;

/**
 * Makes a regular file. This is what most of an archive comes to, so it makes the calls that it has
 * to make and no other: what the kernel gives a new file anyway is not set again.
 *
 * @param fill - writes the content.
 * @throws SyscallError with Go's word for the call and the path in the tree.
 * @source moby pkg/archive/archive.go createTarFile
 * @internal
 */
export async function createFile(
  run: Extraction,
  path: string,
  header: TarHeader,
  owner: Identity,
  fill: (file: FileHandle) => Promise<void>,
): Promise<void> {
  const mode = modeOf(header);
  const { directory, file } = await openNew(run, path, mode);
  let call = 'stat';
  try {
    const given =
      run.newFiles.of(directory, mode) ?? (await run.newFiles.look(directory, mode, file));
    call = 'write';
    await fill(file);
    call = 'lchown';
    const isOwned = given.uid === owner.uid && given.gid === owner.gid;
    if (!isOwned) await file.fchown(owner.uid, owner.gid);
    if (header.paxRecords.size > 0) {
      call = '';
      await setAttributes(run, header, (name, value) => file.fsetxattr(name, value));
    }
    call = 'chmod';
    // A change of owner may take setuid and setgid bits away.
    if (given.mode !== mode || (mode & SPECIAL_BITS) !== 0) await file.fchmod(mode);
    call = 'chtimes';
    const { atime, mtime } = fileTimes(header);
    await file.futimens(atime, mtime);
  } catch (error) {
    throw call === '' ? error : retell(error, call, path);
  } finally {
    await file.close();
  }
  run.writtenBytes += header.size;
}

interface NewFile {
  readonly directory: Directory;
  readonly file: FileHandle;
}

async function openNew(run: Extraction, path: string, mode: number): Promise<NewFile> {
  try {
    const { directory, name } = await run.tree.place(path);
    return { directory, file: await directory.openat(name, NEW_FILE, mode) };
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error;
  }
  return told('open', path, () =>
    makeReplacing(run, path, async ({ directory, name }) => ({
      directory,
      file: await directory.openat(name, NEW_FILE, mode),
    })),
  );
}
