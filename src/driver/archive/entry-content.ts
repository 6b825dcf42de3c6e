import type { FileHandle } from '../../ports/file-system.js';
import { writeAll } from '../files.js';
import type { Extraction } from './extraction.js';

/**
 * Writes the content of the current entry to a new file. Holes become seeks: the file reads the
 * same as with Go's zeros, and takes less room.
 *
 * @throws TarError when the archive ends first; SyscallError of `write`.
 * @source moby pkg/archive/archive.go createTarFile
 * @internal
 */
export async function writeContent(run: Extraction, file: FileHandle): Promise<void> {
  const { reader, pacer } = run;
  let at = 0n;
  let endsInHole = false;
  for (;;) {
    const piece = await reader.readRun();
    if (piece === undefined) break;
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
