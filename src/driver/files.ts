import { OPEN } from '../domain/host/open-flags.js';
import { decodeUtf8, encodeUtf8 } from '../domain/utf8.js';
import type { FileHandle, FileSystem } from '../ports/file-system.js';

/** Nearly every file of the driver's own layout fits in here; a larger one takes more reads. */
const READ_BYTES = 512;
/** Room grows so fast that a chain as long as can be takes one read more. */
const GROWTH = 8;

/**
 * Reads a whole file.
 *
 * @throws SyscallError of `open` or `read`.
 * @source Go 1.13 io/ioutil/ioutil.go ReadFile
 * @internal
 */
export async function readFile(fs: FileSystem, path: string): Promise<Uint8Array> {
  const file = await fs.open(path, OPEN.READ_ONLY, 0);
  try {
    let bytes = new Uint8Array(READ_BYTES);
    let length = 0;
    for (;;) {
      const got = await file.read(bytes.subarray(length));
      if (got === 0) return bytes.subarray(0, length);
      length += got;
      if (length === bytes.length) bytes = grown(bytes);
    }
  } finally {
    await file.close();
  }
}

/**
 * Reads a whole file as text.
 *
 * @throws SyscallError of `open` or `read`.
 * @internal
 */
export async function readText(fs: FileSystem, path: string): Promise<string> {
  return decodeUtf8(await readFile(fs, path));
}

/**
 * Creates or truncates a file and writes it, in Go's order of calls.
 *
 * @param mode - permission bits of a new file; the umask applies.
 * @throws SyscallError of `open` or `write`.
 * @source Go 1.13 io/ioutil/ioutil.go WriteFile
 * @internal
 */
export async function writeFile(
  fs: FileSystem,
  path: string,
  content: string,
  mode: number,
): Promise<void> {
  const file = await fs.open(path, OPEN.WRITE_ONLY | OPEN.CREATE | OPEN.TRUNCATE, mode);
  try {
    await writeAll(file, encodeUtf8(content));
  } finally {
    await file.close();
  }
}

/**
 * Writes a file that must not exist and syncs it.
 *
 * @throws SyscallError of `open`, `write` or `fsync`.
 * @internal
 */
export async function writeSyncedFile(
  fs: FileSystem,
  path: string,
  content: string,
  mode: number,
): Promise<void> {
  const file = await fs.open(path, OPEN.WRITE_ONLY | OPEN.CREATE | OPEN.EXCLUSIVE, mode);
  try {
    await writeAll(file, encodeUtf8(content));
    await file.fsync();
  } finally {
    await file.close();
  }
}

/**
 * Syncs a directory, so that the names in it survive a crash.
 *
 * @throws SyscallError of `open` or `fsync`.
 * @internal
 */
export async function syncDirectory(fs: FileSystem, path: string): Promise<void> {
  const directory = await fs.open(path, OPEN.READ_ONLY | OPEN.DIRECTORY, 0);
  try {
    await directory.fsync();
  } finally {
    await directory.close();
  }
}

/**
 * Syncs the whole file system that a directory lies on.
 *
 * @throws SyscallError of `open` or `syncfs`.
 * @internal
 */
export async function syncFileSystem(fs: FileSystem, path: string): Promise<void> {
  const directory = await fs.open(path, OPEN.READ_ONLY | OPEN.DIRECTORY, 0);
  try {
    await directory.syncfs();
  } finally {
    await directory.close();
  }
}

/**
 * Writes all bytes, however short the single writes are.
 *
 * @throws SyscallError of `write`.
 * @internal
 */
export async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  let written = 0;
  while (written < bytes.length) written += await file.write(bytes.subarray(written));
}

function grown(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(bytes.length * GROWTH);
  larger.set(bytes);
  return larger;
}
