import { anything, type Allowed, errno } from '../model/facts.js';
import type { Op } from '../model/life.js';
import { areKnown } from '../store/given-tree.js';
import type { Core, Layer } from '../store/state.js';
import { expectSize } from '../store/values.js';
import { layerSize } from '../trees/archive.js';
import { sizeOfChanges } from '../trees/compare.js';
import { differences, pairOf, show } from './compared.js';
import { UNKNOWN } from './find-layer.js';
import { areSure, lowerTrees } from './lower-trees.js';
import { ownChanges } from './own-changes.js';

/** The paths that differ. */
export function changes(core: Core, { id, parent }: Op<'changes'>): readonly Allowed[] {
  const pair = pairOf(core, id, parent);
  if (pair === undefined) return UNKNOWN;
  if (pair.isNative) return ofOwn(core, pair.to);
  const shown = show(core, pair);
  if (!('now' in shown)) return shown;
  const { now, old, move } = shown;
  if (!areKnown([now, old])) return [anything('unknown files', move)];
  return [
    listed('compared', move, (told) =>
      differences(shown, (path) => told.has(`C /${path}`)).map((it) => `${it.kind} /${it.path}`),
    ),
  ];
}

/** C-14: told from the layer's own files. */
function ofOwn(core: Core, to: Layer): readonly Allowed[] {
  const lowers = lowerTrees(core, to);
  const { diff: own } = to;
  if (lowers === undefined || own === undefined || !areSure([own, ...lowers])) {
    return [anything('unknown files')];
  }
  const some = ownChanges(own.root, lowers, () => false);
  if (some === 'unknown') return [anything('a symlink in the way')];
  if (some === 'ENOTDIR') return [errno(some, 'C-14')];
  return [
    listed('own', undefined, (told) => {
      const expected = ownChanges(own.root, lowers, (path) => told.has(`C /${path}`));
      return typeof expected === 'string' ? [] : expected;
    }),
  ];
}

/** A list of changes in any order, where what was told decides what nobody can know. */
function listed(
  outcome: string,
  move: (() => void) | undefined,
  expect: (told: ReadonlySet<string>) => readonly string[],
): Allowed {
  return {
    outcome,
    move,
    check(value) {
      if (value.kind !== 'changes') return 'changes';
      const expected = [...expect(new Set(value.changes))].sort().join(', ');
      if (expected === [...value.changes].sort().join(', ')) return undefined;
      return expected || 'no changes';
    },
  };
}

/** What they sum up to, in bytes. */
export function diffSize(core: Core, { id, parent }: Op<'diffSize'>): readonly Allowed[] {
  const pair = pairOf(core, id, parent);
  if (pair === undefined) return UNKNOWN;
  const { diff: own } = pair.to;
  if (pair.isNative) {
    if (own?.isKnown !== true) return [anything('unknown files')];
    const size = layerSize(own.root);
    return [{ outcome: 'own', check: expectSize(size, size) }];
  }
  const shown = show(core, pair);
  if (!('now' in shown)) return shown;
  const { now, old, move } = shown;
  if (!areKnown([now, old])) return [anything('unknown files', move)];
  const [least, most] = [false, true].map((it) => sizeOfChanges(differences(shown, () => it)));
  return [{ outcome: 'compared', check: expectSize(least ?? 0, most ?? 0), move }];
}
