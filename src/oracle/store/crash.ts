import { treeGiven } from './given-tree.js';
import { type Core, emptyMountpoint, find, type Layer } from './state.js';
import { anyTree } from './mounting.js';
import { newNode, Tree } from '../trees/tree.js';

/** What breaks off within an operation. */

/** A new process has been given no trees. */
export function endProcess({ state }: Core): void {
  state.given.clear();
}

/**
 * An ApplyDiff was broken off: the layer says so, and what it holds is nobody's business until it
 * is applied again, which begins by emptying it.
 */
export function interrupt(core: Core, id: string): void {
  const layer = find(core, id);
  if (typeof layer === 'string') return;
  const { diff } = layer;
  if (diff !== undefined) core.state.disturb(diff);
  if (layer.mount !== undefined) layer.mount.isKnown = false;
  const root = diff === undefined ? newNode('directory', 0o755) : { ...diff.root };
  root.children = new Map();
  layer.diff = new Tree(root);
  layer.diff.isKnown = false;
  layer.incomplete = true;
}

/** Nobody knows what a layer holds. */
export function forgetTree(core: Core, id: string): void {
  const { state } = core;
  const layer = find(core, id);
  if (typeof layer === 'string' || layer.diff === undefined) return;
  state.disturb(layer.diff);
  layer.diff = anyTree();
  if (layer.mount !== undefined) layer.mount.isKnown = false;
}

/** Nobody knows what was changed in the tree that the last Get of an id gave. */
export function forgetGiven(core: Core, id: string): void {
  const layer = find(core, id);
  if (typeof layer === 'string') return;
  const union = treeGiven(layer, core.state.given.get(id) ?? 'diff');
  const [upper] = union?.trees ?? [];
  if (upper === undefined) return;
  upper.isKnown = false;
  core.state.disturb(upper);
}

/** A mountpoint that nothing is mounted on was left, or was taken away. */
export function setMountpoint(core: Core, id: string, isThere: boolean): void {
  const layer = find(core, id);
  if (typeof layer !== 'string') layer.merged = isThere ? emptyMountpoint() : undefined;
}

/** Tells what cannot be seen in the home: users, and the trees that were given. */
export function tellMemory({ state }: Core): string {
  const layers = [...state.layers.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  return layers.map((layer) => tellLayer(state, layer)).join(' ');
}

function tellLayer({ counts, given }: Core['state'], { key }: Layer): string {
  return `${JSON.stringify(key)}:${counts.get(key) ?? '-'}:${given.get(key) ?? '-'}`;
}
