import type { Difference } from '../divergence.js';
import type { LayerLaw } from './layer-law.js';
import { changesBetween, indexTree } from './tree-change.js';
import { BLOCKS_AND_SOCKETS, hasBlocksOrSockets } from './tree-kinds.js';

/** Changes tells how what a layer shows differs from what its parent shows. */
export const CHANGES_ARE_DIFFERENCES: LayerLaw = {
  name: 'changes-are-differences',
  says: 'Changes gives the differences of the trees that a layer and its parent show',
  profiles: ['moby-2019', 'moby-20.10', 'strict'],
  holdsFor: 'layers that can be mounted, in homes that nobody else has changed',
  exceptions: [
    BLOCKS_AND_SOCKETS,
    'content of the same size and time is no change, nor are attributes beside capabilities',
  ],
  judge({ profile, before, after, changes }) {
    if (changes === undefined || hasBlocksOrSockets(profile, [before, after])) return undefined;
    const wanted = changesBetween(indexTree(before), indexTree(after));
    return compareSets(wanted, new Set(changes));
  },
};

/** Tells what only one of two sets has, by the first of it. */
function compareSets(
  wanted: ReadonlySet<string>,
  got: ReadonlySet<string>,
): Difference | undefined {
  const missing = [...wanted].filter((line) => !got.has(line)).sort();
  const extra = [...got].filter((line) => !wanted.has(line)).sort();
  const [first] = [...missing, ...extra];
  if (first === undefined) return undefined;
  const list = (lines: readonly string[]): string => lines.join(', ') || 'nothing';
  return { subject: first.slice(2), expected: list(missing), actual: list(extra) };
}
