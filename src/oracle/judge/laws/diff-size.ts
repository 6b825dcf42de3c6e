import type { LayerLaw } from './layer-law.js';
import { changesBetween, indexTree, sizeOfFiles } from './tree-change.js';
import { BLOCKS_AND_SOCKETS, hasBlocksOrSockets } from './tree-kinds.js';

/** Invariant 7: DiffSize is the size of what is in `diff`, or of what has changed. */
export const DIFF_SIZE: LayerLaw = {
  name: 'diff-size',
  says: 'DiffSize is the size of the files in `diff`, each once; else of those added or modified',
  profiles: ['moby-2019', 'moby-20.10', 'strict'],
  holdsFor: 'layers that can be mounted, in homes that nobody else has changed',
  exceptions: [BLOCKS_AND_SOCKETS],
  judge({ profile, world, id, before, after, own, nativeSize, naiveSize }) {
    const old = indexTree(before);
    const now = indexTree(after);
    const changed = changesBetween(old, now);
    const isChanged = (path: string): boolean =>
      changed.has(`A /${path}`) || changed.has(`C /${path}`);
    const naive = sizeOfFiles(after.filter(({ path }) => isChanged(path)));
    const native = world.nativeDiff ? sizeOfFiles(own) : naive;
    if (nativeSize !== undefined && nativeSize !== String(native)) {
      return { subject: `size of ${id}`, expected: String(native), actual: nativeSize };
    }
    if (hasBlocksOrSockets(profile, [before, after])) return undefined;
    if (naiveSize === undefined || naiveSize === String(naive)) return undefined;
    return { subject: `naive size of ${id}`, expected: String(naive), actual: naiveSize };
  },
};
