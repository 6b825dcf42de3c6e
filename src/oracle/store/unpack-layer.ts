import type { Item } from '../trees/archive.js';
import { empty, newNode, type Node, Tree } from '../trees/tree.js';
import type { Union } from '../trees/union.js';
import { type Stop, Unpacker } from '../trees/unpack.js';
import { resolveLowers } from './mounting.js';
import type { Core, Layer } from './state.js';

/** What became of an archive that was unpacked into a copy of a layer's files. */
export interface Unpacked {
  readonly stop: Stop | undefined;
  /** False where nobody knows what the layer holds now. */
  readonly isKnown: boolean;
  readonly root: Node;
  /** Makes the layer as it was before; absent where it held something, or has to stay. */
  readonly undo: (() => void) | undefined;
  /** Makes files the layer's own. */
  settle(root: Node, isKnown: boolean, incomplete: boolean): void;
}

/** Unpacks an archive into a copy; an incomplete layer begins from nothing. */
export function unpackLayer(
  core: Core,
  layer: Layer,
  union: Union,
  items: readonly Item[],
  isNative: boolean,
): Unpacked {
  const { rules, state } = core;
  const { strict } = rules;
  const target = union.trees[0] ?? emptyTree(core);
  const copy = target.share();
  copy.own();
  const { root } = copy;
  if (layer.incomplete) empty(root);
  // What is mounted for somebody else is not emptied below him.
  const isFree = !layer.incomplete && layer.mount === undefined;
  const wasEmpty = isFree && root.children?.size === 0;
  const before = { ...root, children: new Map() };
  const work: Union = { ...union, trees: [copy, ...union.trees.slice(1)] };
  const below = (): Union | undefined => lowersOf(core, layer);
  const impliedMode = rules.exactModes ? 0o755 : 0o777 & ~rules.world.umask;
  const { isStore } = rules;
  const unpacker = new Unpacker(work, { strict, isNative, impliedMode, isStore, below });
  const stop = unpacker.run(items);
  const areKnown = layer.incomplete
    ? union.trees.slice(1).every((tree) => tree.isKnown)
    : target.isKnown && union.isKnown;
  const settle = (now: Node, isKnown: boolean, incomplete: boolean): void => {
    target.replace(now);
    target.isKnown = isKnown;
    union.whiteout = work.whiteout;
    // What goes through a mount makes no directory that somebody has taken away below it.
    if (isNative) layer.diff ??= target;
    layer.incomplete = incomplete;
    state.layers.set(layer.key, layer);
    state.disturb(target, union);
  };
  const undo = (): void => {
    if (layer.diff !== undefined) settle(before, true, false);
  };
  return {
    stop,
    isKnown: unpacker.isKnown && areKnown,
    root,
    undo: wasEmpty ? undo : undefined,
    settle,
  };
}

function lowersOf(core: Core, { lower }: Layer): Union | undefined {
  const paths = lower === undefined ? 'none' : resolveLowers(core, lower);
  if (typeof paths === 'string') return undefined;
  const trees = paths.map((path) => core.state.layerOfDiff(path)?.diff ?? emptyTree(core));
  const isKnown = trees.every((tree) => tree.isKnown);
  return { trees, isWritable: false, isPlain: false, whiteout: undefined, isKnown };
}

/** The files of a layer that is made by what is put into it. */
export function emptyTree({ rules }: Core): Tree {
  return new Tree(newNode('directory', 0o755 & ~(rules.exactModes ? 0 : rules.world.umask)));
}
