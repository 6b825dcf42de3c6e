import type { DirectoryEntry } from '../../ports/file-system.js';

/** Offsets in `struct linux_dirent64`. */
const RECORD_LENGTH = 16;
const TYPE = 18;
const NAME = 19;
const DOT = 0x2e;

/**
 * Appends the entries of one `getdents64` answer to a list, without `.` and `..`.
 *
 * @param block - the bytes that were answered; the names are views of it.
 * @source Linux include/linux/dirent.h linux_dirent64
 * @internal
 */
export function appendDirectoryEntries(block: Uint8Array, entries: DirectoryEntry[]): void {
  const view = new DataView(block.buffer, block.byteOffset, block.length);
  for (let at = 0; at < block.length; at += view.getUint16(at + RECORD_LENGTH, true)) {
    const start = at + NAME;
    const name = block.subarray(start, block.indexOf(0, start));
    if (isDots(name)) continue;
    entries.push({
      name,
      ino: view.getBigUint64(at, true),
      type: block[at + TYPE] as number,
    });
  }
}

function isDots(name: Uint8Array): boolean {
  if (name[0] !== DOT) return false;
  return name.length === 1 || (name.length === 2 && name[1] === DOT);
}
