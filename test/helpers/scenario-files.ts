/** File operations on absolute paths of bytes, through the port, for scenarios and their dumps. */
import { Buffer } from 'node:buffer';
import { posix } from 'node:path';
import { isErrno } from '../../src/domain/errors.js';
import { FILE_TYPE } from '../../src/domain/host/file-type.js';
import { OPEN } from '../../src/domain/host/open-flags.js';
import type { Directory, FileHandle, FileSystem } from '../../src/ports/file-system.js';

/** An entry by the directory that holds it and its name there. */
export interface Place {
  readonly parent: Directory;
  readonly name: Buffer;
}

/** Joins a home and a path relative to it, lexically; the path may leave the home. */
export function joinBytes(home: string, relative: Buffer): Buffer {
  // Latin-1 maps each byte to one unit and back, so that names need not be UTF-8.
  const joined = posix.join(Buffer.from(home).toString('latin1'), relative.toString('latin1'));
  return Buffer.from(joined.replace(/(?<=.)\/$/, ''), 'latin1');
}

/** Opens the directory that holds a path and closes it when `use` is done. */
export async function atPlace<T>(
  files: FileSystem,
  path: Buffer,
  use: (place: Place) => Promise<T>,
): Promise<T> {
  const slash = path.lastIndexOf('/');
  const root = await files.openRoot('/');
  try {
    const parent = await root.resolve(path.subarray(0, slash));
    try {
      return await use({ parent, name: path.subarray(slash + 1) });
    } finally {
      await parent.close();
    }
  } finally {
    await root.close();
  }
}

/** Opens a file by a path whose last symlink is followed, as `open` does. */
export async function openFollowing(
  files: FileSystem,
  path: Buffer,
  flags: number,
  mode: number,
): Promise<FileHandle> {
  return atPlace(files, path, ({ parent, name }) => parent.openat(name, flags, mode));
}

/** Reads a whole file. */
export async function readWhole(handle: FileHandle): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for (;;) {
    const chunk = Buffer.alloc(65_536);
    const length = await handle.read(chunk);
    if (length === 0) return Buffer.concat(chunks);
    chunks.push(chunk.subarray(0, length));
  }
}

/** Reads a file of a directory. */
export async function readAt({ parent, name }: Place): Promise<Buffer> {
  const handle = await parent.openat(name, OPEN.READ_ONLY, 0);
  try {
    return await readWhole(handle);
  } finally {
    await handle.close();
  }
}

/** Writes all bytes, however short single writes are. */
export async function writeAll(handle: FileHandle, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await handle.write(bytes.subarray(at));
}

/** Names of a directory's entries, sorted by bytes. */
export async function sortedNames(directory: Directory): Promise<Buffer[]> {
  const entries = await directory.getdents();
  return entries.map(({ name }) => Buffer.from(name)).sort((a, b) => a.compare(b));
}

/** Deletes an entry and everything below it; an absent one is success. */
export async function removeTree({ parent, name }: Place): Promise<void> {
  try {
    const { mode } = await parent.lstatat(name);
    if ((mode & FILE_TYPE.MASK) !== FILE_TYPE.DIRECTORY) {
      await parent.unlinkat(name);
      return;
    }
    const directory = await parent.opendirat(name);
    try {
      for (const child of await sortedNames(directory)) {
        await removeTree({ parent: directory, name: child });
      }
    } finally {
      await directory.close();
    }
    await parent.rmdirat(name);
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error;
  }
}
