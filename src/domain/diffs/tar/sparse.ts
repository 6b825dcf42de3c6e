import type { SparseEntry } from './header.js';

/**
 * Tells whether the stretches of a sparse file are in order, apart, and inside the file.
 *
 * @param size - bytes of the file, holes included.
 * @source Go 1.13 archive/tar validateSparseEntries
 * @internal
 */
export function areValidSparseEntries(entries: readonly SparseEntry[], size: bigint): boolean {
  if (size < 0n) return false;
  let end = 0n;
  for (const { offset, length } of entries) {
    // Go looks for an overflow of the sum first; here there is none, and it is beyond the size.
    if (offset < 0n || length < 0n || offset + length > size || end > offset) return false;
    end = offset + length;
  }
  return true;
}

/**
 * Gives the holes between stretches of data. The last one ends at the file's size and may be empty,
 * the others are not.
 *
 * @param entries - valid ones.
 * @param size - bytes of the file, holes included.
 * @source Go 1.13 archive/tar invertSparseEntries
 * @internal
 */
export function holesBetween(entries: readonly SparseEntry[], size: bigint): SparseEntry[] {
  const holes: SparseEntry[] = [];
  let offset = 0n;
  for (const entry of entries) {
    if (entry.length === 0n) continue;
    if (entry.offset > offset) holes.push({ offset, length: entry.offset - offset });
    offset = entry.offset + entry.length;
  }
  holes.push({ offset, length: size - offset });
  return holes;
}
