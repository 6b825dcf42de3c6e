import { type Allowed, errno } from '../model/facts.js';
import { isParent } from '../store/mounting.js';
import type { Core, Layer } from '../store/state.js';
import { type Change, compareTrees } from '../trees/compare.js';
import type { Union } from '../trees/union.js';
import { lookUp } from './find-layer.js';
import { passing } from './life.js';

/** Two layers that are compared. */
export interface Pair {
  readonly to: Layer;
  /** Nothing where the layer has no parent and none was named; a name that leads nowhere. */
  readonly from: Layer | 'unknown' | undefined;
  /** Whether the layer's own files tell what it changes. */
  readonly isNative: boolean;
}

/** C-07: what is not named, or not known, is the parent. */
export function pairOf(core: Core, id: string, reference: string): Pair | undefined {
  const to = lookUp(core, id);
  if (to === undefined) return undefined;
  const name = reference === '' ? to.parent : reference;
  const from = lookUp(core, name) ?? lookUp(core, to.parent);
  const below = from?.key ?? name;
  const isNative = core.rules.world.nativeDiff && isParent(core, to, below);
  return { to, from: from ?? (name === '' ? undefined : 'unknown'), isNative };
}

/** Layers as they are mounted to be compared, and what that leaves. */
export interface Shown {
  readonly now: Union;
  readonly old: Union;
  move(): void;
}

/** Mounts both layers for a moment; gives the only answer where one cannot be mounted. */
export function show(core: Core, { to, from }: Pair): Shown | readonly Allowed[] {
  const first = passing(core, to);
  if (first.tree === undefined) return first.no === undefined ? [] : [first.no];
  // A name that leads nowhere is not looked for before the first is mounted.
  if (typeof from !== 'object') return [errno('ENOENT', 'C-07', first.move)];
  const second = passing(core, from);
  const move = (): void => {
    second.move();
    first.move();
  };
  if (second.tree === undefined) {
    return second.no === undefined ? [] : [{ ...second.no, move }];
  }
  return { now: first.tree, old: second.tree, move };
}

/** What differs between two layers as they show; C-12: attributes of users do. */
export function differences(
  { now, old }: Shown,
  maybe: (path: string) => boolean,
): readonly Change[] {
  return compareTrees(old, now, { strict: false, maybe, withUsers: true });
}
