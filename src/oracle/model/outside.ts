import { decideChange } from '../trees/change.js';
import { matchTree } from '../trees/matching.js';
import { newNode, Tree } from '../trees/tree.js';
import type { Union } from '../trees/union.js';
import { anything, type Allowed, done, errno } from './facts.js';
import { lose, type Op, treeGiven } from './life.js';
import { type Core, find, isLinkId, joinPath, type Layer, parseLower } from './state.js';

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

export function walk(core: Core, { id }: Op<'walk'>): readonly Allowed[] {
  const union = treeOf(core, id);
  if (union === 'none') return NO_TREE;
  if (union === 'unknown') return [anything('unknown files')];
  return [{ outcome: 'seen', check: (value) => matchTree(union, value) }];
}

export function file(core: Core, { id, change }: Op<'file'>): readonly Allowed[] {
  const union = treeOf(core, id);
  if (union === 'none') return NO_TREE;
  const outcome = union === 'unknown' ? union : decideChange(union, change, core.rules.world.umask);
  if (union === 'unknown' || outcome === 'unknown') {
    return [anything('unknown files', () => forget(core, id))];
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

/** Something was changed, nobody knows what. */
function forget(core: Core, id: string): void {
  const layer = find(core, id);
  if (typeof layer === 'string') return;
  const union = treeGiven(layer, core.state.given.get(id) ?? 'diff');
  const [upper] = union?.trees ?? [];
  if (upper === undefined) return;
  upper.isKnown = false;
  core.state.disturb(upper);
}

export function tamper(core: Core, op: Op<'tamper'>): readonly Allowed[] {
  const layer = find(core, op.id);
  if (layer === 'exotic' || layer === 'invalid-layer-id') {
    return [anything('Q-10', () => lose(core))];
  }
  if (typeof layer === 'string') return NO_TREE;
  return [
    { outcome: `${op.part} changed`, move: () => damage(core, layer, op) },
    { outcome: 'not there', failure: {}, move: () => damageHalf(core, layer, op) },
  ];
}

/** A symlink goes first and is made again then, which may fail. */
function damageHalf({ state }: Core, { link }: Layer, { part, to }: Op<'tamper'>): void {
  if (part === 'symlink' && to !== 'missing' && link !== undefined) state.links.delete(link);
}

function damage(core: Core, layer: Layer, { part, to }: Op<'tamper'>): void {
  const text = to === 'missing' ? undefined : to === 'empty' ? '' : expand(core, to.text);
  if (part === 'link') layer.link = text;
  else if (part === 'lower') layer.lower = text === undefined ? undefined : parseLower(text);
  else if (part === 'committed') layer.committed = text !== undefined;
  else if (part === 'symlink') damageSymlink(core, layer.link ?? '', text);
  else damageDirectory(core, layer, part, text);
}

function damageSymlink(core: Core, link: string, target: string | undefined): void {
  if (!isLinkId(link)) lose(core);
  else if (target === undefined) core.state.links.delete(link);
  else core.state.links.set(link, target);
}

/** A directory goes, is made anew, or becomes a file, of which the model knows nothing. */
function damageDirectory(
  core: Core,
  layer: Layer,
  part: 'diff' | 'work',
  text: string | undefined,
): void {
  layer.isOdd = text !== undefined && text !== '';
  if (layer.mount !== undefined) layer.mount.isKnown = false;
  if (part === 'work') layer.work = text !== undefined;
  if (part === 'work' || layer.diff === undefined) return;
  core.state.disturb(layer.diff);
  layer.diff = undefined;
  if (text === undefined) return;
  layer.diff = new Tree(newNode('directory', 0o755 & ~core.rules.world.umask));
  layer.diff.isKnown = !layer.isOdd;
}

function expand(core: Core, text: string): string {
  return text.replaceAll(/\{link:([^}]*)\}/g, (_whole, id: string) => {
    const layer = core.state.layers.get(joinPath(id));
    if (layer === undefined) lose(core);
    return layer?.link ?? '';
  });
}
