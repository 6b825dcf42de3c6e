import type { TarHeader } from '../../domain/diffs/tar/header.js';
import { unexpectedEof } from '../../domain/diffs/tar/tar-error.js';
import type { FileHandle } from '../../ports/file-system.js';
import { writeAll } from '../files.js';
import type { Extraction } from './extraction.js';

/**
 * Writes the content of the current entry to a new file.
 *
 * @throws TarError when the archive ends first; SyscallError of `write`.
 * @source moby pkg/archive/archive.go createTarFile
 * @internal
 */
export async function writeContent(
  run: Extraction,
  header: TarHeader,
  file: FileHandle,
): Promise<void> {
  if (header.holes !== undefined) return writeSparse(run, file);
  const { reader, pacer } = run;
  for (let left = Number(header.size); left > 0;) {
    const data = await reader.read();
    if (data === undefined) throw unexpectedEof();
    await writeAll(file, data);
    left -= data.length;
    if (left > 0 && pacer.isDue()) await pacer.rest();
  }
}

/** Holes become seeks: the file reads the same as with Go's zeros, and takes less room. */
async function writeSparse({ reader, pacer }: Extraction, file: FileHandle): Promise<void> {
  let at = 0n;
  let endsInHole = false;
  for (let piece = await reader.readRun(); piece !== undefined; piece = await reader.readRun()) {
    endsInHole = 'hole' in piece;
    if ('hole' in piece) {
      at += piece.hole;
      await file.lseek(at);
    } else {
      await writeAll(file, piece.data);
      at += BigInt(piece.data.length);
    }
    if (pacer.isDue()) await pacer.rest();
  }
  if (endsInHole) await file.ftruncate(at);
}
