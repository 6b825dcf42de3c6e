import { decideChange } from '../trees/change.js';
import { matchTree } from '../trees/matching.js';
import type { Union } from '../trees/union.js';
import { anything, type Allowed, done, errno } from './facts.js';
import { forgetGiven } from '../store/crash.js';
import { damage, damageHalf } from '../store/damage.js';
import { treeGiven } from '../store/given-tree.js';
import type { Op } from './life.js';
import { type Core, find, loseForGood } from '../store/state.js';

/** What others do: to the files of a layer, and to what the driver keeps of it. */

const NO_TREE: readonly Allowed[] = [{ outcome: 'no tree', failure: {} }];

/** The tree that the last Get of an id gave, as it is now. */
function treeOf(core: Core, id: string): Union | 'none' | 'unknown' {
  const layer = find(core, id);
  if (layer === 'exotic') return 'unknown';
  const given = typeof layer === 'string' ? undefined : core.state.given.get(id);
  if (typeof layer === 'string' || given === undefined) return 'none';
  const union = treeGiven(layer, given);
  if (union === undefined) return 'none';
  return union.isKnown && union.trees.every((tree) => tree.isKnown) ? union : 'unknown';
}

/** A look at a tree. */
export function walk(core: Core, { id }: Op<'walk'>): readonly Allowed[] {
  const union = treeOf(core, id);
  if (union === 'none') return NO_TREE;
  if (union === 'unknown') return [anything('unknown files')];
  return [{ outcome: 'seen', check: (value) => matchTree(union, value) }];
}

/** A change in a tree. */
export function file(core: Core, { id, change }: Op<'file'>): readonly Allowed[] {
  const union = treeOf(core, id);
  if (union === 'none') return NO_TREE;
  const outcome = union === 'unknown' ? union : decideChange(union, change, core.rules.world.umask);
  if (union === 'unknown' || outcome === 'unknown') {
    return [anything('unknown files', () => forgetGiven(core, id))];
  }
  if (typeof outcome === 'string') return [errno(outcome)];
  return [
    done('changed', () => {
      outcome();
      const [upper] = union.trees;
      if (upper !== undefined) core.state.disturb(upper, union);
    }),
  ];
}

/** Somebody else writes to what describes a layer. */
export function tamper(core: Core, op: Op<'tamper'>): readonly Allowed[] {
  const layer = find(core, op.id);
  if (layer === 'exotic' || layer === 'invalid-layer-id') {
    return [anything('Q-10', () => loseForGood(core))];
  }
  if (typeof layer === 'string') return NO_TREE;
  return [
    { outcome: `${op.part} changed`, move: () => damage(core, layer, op) },
    { outcome: 'not there', failure: {}, move: () => damageHalf(core, layer, op) },
  ];
}
