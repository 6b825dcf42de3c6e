import { isNotExist } from '../domain/errors.js';
import { goJoin } from '../domain/go/path.js';
import { LINK_DIR, layerPaths } from '../domain/layers/layout.js';
import { splitLower } from '../domain/layers/lower-chain.js';
import type { DriverContext } from './context.js';
import { readText } from './files.js';

/**
 * Reads a layer's `lower` file.
 *
 * @returns the text, or undefined when there is no such file: a base layer.
 * @throws SyscallError of `open` or `read` for any other failure.
 * @internal
 */
export async function readLowerFile(
  context: Pick<DriverContext, 'ports' | 'home'>,
  id: string,
): Promise<string | undefined> {
  try {
    return await readText(context.ports.fs, layerPaths(context.home, id).lower);
  } catch (error) {
    if (isNotExist(error)) return undefined;
    throw error;
  }
}

/**
 * Resolves a layer's lowers through the symlinks in `l/`. The targets need not exist.
 *
 * @returns absolute paths of `diff` directories, uppermost first; none for a base layer.
 * @throws SyscallError `readlink <home>/<entry>: …` for an entry that is not a symlink.
 * @source moby overlay2/overlay.go getLowerDirs
 * @internal
 */
export async function readLowerDirs(context: DriverContext, id: string): Promise<string[]> {
  const lower = await readLowerFile(context, id);
  if (lower === undefined) return [];
  const dirs: string[] = [];
  for (const entry of splitLower(lower)) {
    const target = await context.ports.fs.readlink(goJoin(context.home, entry));
    dirs.push(goJoin(context.home, LINK_DIR, target));
  }
  return dirs;
}
