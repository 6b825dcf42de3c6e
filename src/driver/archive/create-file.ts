import type { TarHeader } from '../../domain/diffs/tar/header.js';
import { SyscallError } from '../../domain/errors.js';
import { OPEN } from '../../domain/host/open-flags.js';
import type { Identity } from '../../domain/identities/id-map.js';
import type { FileHandle } from '../../ports/file-system.js';
import { retell } from './confined-tree.js';
import { setAttributes } from './entry-attributes.js';
import { makeReplacing, modeOf, told } from './entry-calls.js';
import { fileTimes } from './entry-times.js';
import type { Extraction } from './extraction.js';

const NEW_FILE = OPEN.WRITE_ONLY | OPEN.CREATE | OPEN.EXCLUSIVE | OPEN.NO_FOLLOW;

/**
 * Makes a regular file. This is what most of an archive comes to, so it makes the seven calls that
 * it has to make and little else.
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
  const file = await openNew(run, path, mode);
  let call = 'write';
  try {
    await fill(file);
    call = 'lchown';
    await file.fchown(owner.uid, owner.gid);
    if (header.paxRecords.size > 0) {
      call = '';
      await setAttributes(run, header, (name, value) => file.fsetxattr(name, value));
    }
    call = 'chmod';
    await file.fchmod(mode);
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

async function openNew(run: Extraction, path: string, mode: number): Promise<FileHandle> {
  try {
    const { directory, name } = await run.tree.place(path);
    return await directory.openat(name, NEW_FILE, mode);
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error;
  }
  return told('open', path, () =>
    makeReplacing(run, path, ({ directory, name }) => directory.openat(name, NEW_FILE, mode)),
  );
}
