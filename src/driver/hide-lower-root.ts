import { isWhiteoutDevice } from '../domain/diffs/whiteout.js';
import { isErrno, isNotExist } from '../domain/errors.js';
import { FILE_TYPE } from '../domain/host/file-type.js';
import { rootIdentity } from '../domain/identities/id-map.js';
import type { Directory } from '../ports/file-system.js';
import { toBytePath } from './archive/byte-path.js';
import type { DriverContext } from './context.js';
import { readLowerDirs } from './lower-dirs.js';

/**
 * Hides what the layers below have in their roots and the layer itself has not, by a whiteout each:
 * a root can't be marked opaque. The root's own times stay.
 *
 * @param root - the layer's `diff`.
 * @source docs/profiles.md Q-36
 * @internal
 */
export async function hideLowerRoot(
  context: DriverContext,
  id: string,
  root: Directory,
): Promise<void> {
  const { uid, gid } = rootIdentity(context.mapping);
  const { atime, mtime } = await root.fstat();
  for (const name of await visibleNames(context, id)) {
    try {
      await root.mknodat(name, FILE_TYPE.CHARACTER, 0, 0);
    } catch (error) {
      if (isErrno(error, 'EEXIST')) continue;
      throw error;
    }
    await root.lchownat(name, uid, gid);
  }
  // The archive has said when the root was modified.
  await root.futimens(atime, mtime);
}

/** The uppermost layer that has a name decides whether it is seen or hidden. */
async function visibleNames(context: DriverContext, id: string): Promise<readonly Uint8Array[]> {
  const visible = new Map<string, Uint8Array | undefined>();
  for (const path of await readLowerDirs(context, id)) {
    const root = await openLower(context, path);
    if (root === undefined) continue;
    try {
      for (const { name } of await root.getdents()) {
        const key = toBytePath(name);
        if (visible.has(key)) continue;
        visible.set(key, isWhiteoutDevice(await root.lstatat(name)) ? undefined : name);
      }
    } finally {
      await root.close();
    }
  }
  return [...visible.values()].filter((name) => name !== undefined);
}

async function openLower(context: DriverContext, path: string): Promise<Directory | undefined> {
  try {
    return await context.ports.fs.openRoot(path);
  } catch (error) {
    if (isNotExist(error)) return undefined;
    throw error;
  }
}
