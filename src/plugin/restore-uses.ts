import type { ComposedDriver } from '../composition.js';
import { GraphDriverError } from '../domain/errors.js';

const OVERLAY_MAGIC = 0x794c_7630;

/**
 * Counts the users of layers that an earlier process counted. What is mounted counts as one user
 * already, and what is not mounted any more has none.
 *
 * @param uses - how often each layer was in use, by id.
 * @returns those that still are.
 * @internal
 */
export async function restoreUses(
  { driver, ports }: Pick<ComposedDriver, 'driver' | 'ports'>,
  uses: ReadonlyMap<string, number>,
): Promise<ReadonlyMap<string, number>> {
  const left = new Map<string, number>();
  for (const [id, count] of uses) {
    try {
      const { MergedDir } = await driver.getMetadata(id);
      if ((await ports.fs.statfs(MergedDir)).type >>> 0 !== OVERLAY_MAGIC) continue;
      for (let counted = 1; counted < count; counted += 1) await driver.get(id);
      left.set(id, count);
    } catch (error) {
      // A layer that is gone, or damaged, has no users.
      if (!(error instanceof GraphDriverError)) throw error;
    }
  }
  return left;
}
