import type { Value } from '../commands/answer.js';
import {
  type Item,
  isRootTold,
  itemsOf,
  layerSize,
  listOf,
  writeLayer,
  writeWhole,
  type Written,
} from '../trees/archive.js';
import { compareTrees, sizeOfChanges, writeChanges } from '../trees/compare.js';
import { matchArchive, matchChanges, matchDifferences } from '../trees/matching.js';
import type { Union } from '../trees/union.js';
import { emptyTree, unpackLayer } from '../store/unpack-layer.js';
import { anything, type Allowed, errno, refusal } from './facts.js';
import { areKnown, plain } from '../store/given-tree.js';
import { getting, missed, type Op, putting } from './life.js';
import { isParent } from '../store/mounting.js';
import { isOff } from '../store/mountpoint.js';
import { expectSize } from '../store/values.js';
import { type Core, find, joinPath, Layer, lose, loseLayer, type Miss } from '../store/state.js';

/** The operations that read and write what a layer holds: apply, diff, diffSize, changes. */

/** Trees that were got one after the other, and what getting and putting them does. */
interface Opened {
  readonly trees: readonly (Union | undefined)[];
  move(): void;
}

/** Gets layers as the naive differ does. Gives what is allowed instead where one cannot be got. */
function open(core: Core, ids: readonly string[]): Opened | readonly Allowed[] {
  const layers: Layer[] = [];
  const trees: (Union | undefined)[] = [];
  const move = (): void => {
    for (const layer of layers) getting(core, layer, '').allowed.move?.(ANY);
    for (const layer of layers.toReversed()) putting(core, layer).move?.(ANY);
  };
  for (const id of ids) {
    const layer = find(core, id);
    const failures = typeof layer === 'string' ? missed(core, layer) : undefined;
    if (typeof layer === 'string') return failures?.map((it) => after(it, move)) ?? [];
    if (core.rules.strict && isOff(core, layer)) return [anything('Q-19', () => lose(core))];
    const { allowed, tree } = getting(core, layer, '');
    if (allowed.failure !== undefined || allowed.blind === true) return [after(allowed, move)];
    trees.push(layers[0] === layer ? trees[0] : tree);
    layers.push(layer);
  }
  return { trees, move };
}

const ANY = { ok: true, value: { kind: 'nothing' } } as const;

function after(allowed: Allowed, move: () => void): Allowed {
  return {
    ...allowed,
    move(answer) {
      move();
      allowed.move?.(answer);
    },
  };
}

/** In strict nothing is done for a layer that is not there or not whole. */
function refuse(
  core: Core,
  id: string,
  parent: string,
  mayBeIncomplete = false,
): readonly Allowed[] | undefined {
  if (!core.rules.strict) return undefined;
  const layer = find(core, id);
  const above = parent === '' ? undefined : find(core, parent);
  const reasons: Allowed[] = [];
  if (typeof layer === 'string') reasons.push(...missed(core, layer));
  else if (layer.incomplete && !mayBeIncomplete) reasons.push(refusal('incomplete-layer'));
  if (above === 'invalid-layer-id') reasons.push(...missed(core, above));
  return reasons.length > 0 ? reasons : undefined;
}

/** The layer's own files where they are what a diff has to tell. */
function native(core: Core, id: string, parent: string): Layer | 'unknown' | undefined {
  const layer = find(core, id);
  if (!core.rules.world.nativeDiff || !isParent(core, layer, parent)) return undefined;
  return typeof layer === 'string' ? 'unknown' : layer;
}

/** The archive of what a layer changes. */
export function diff(core: Core, { id, parent }: Op<'diff'>): readonly Allowed[] {
  const { strict } = core.rules;
  const refused = refuse(core, id, parent);
  if (refused !== undefined) return refused;
  const own = native(core, id, parent);
  if (own !== undefined) {
    const tree = own === 'unknown' ? undefined : own.diff;
    if (tree?.isKnown === false) return [anything('unknown files')];
    if (tree === undefined && strict) return [errno('ENOENT', 'Q-23')];
    // QUIRK: Q-23: what is not there is empty.
    return [archive('native', tree === undefined ? [] : writeLayer(tree.root, strict))];
  }
  const opened = open(core, parent === '' ? [id] : [id, parent]);
  if (!('trees' in opened)) return opened;
  const { trees, move } = opened;
  const [now, old] = trees;
  if (!areKnown(trees)) return [anything('unknown files', move)];
  if (parent === '')
    return [archive('whole', now === undefined ? [] : writeWhole(now, strict), move)];
  if (now === undefined || old === undefined) return [errno('ENOENT', 'Q-20', move)];
  const written = (maybe: (path: string) => boolean): Written =>
    writeChanges(compareTrees(old, now, { strict, maybe }), strict);
  const reserved = refusal('reserved-name', 'Q-35', move);
  if (written(() => false) === 'reserved-name') return [reserved];
  const check = (value: Value): string | undefined => matchDifferences(written, value);
  const naive = { outcome: 'naive', check, move };
  return written(() => true) === 'reserved-name' ? [naive, reserved] : [naive];
}

function archive(outcome: string, written: Written, move?: () => void): Allowed {
  if (written === 'reserved-name') return refusal(written, 'Q-35', move);
  const check = (value: Value): string | undefined => matchArchive(written, value);
  return { outcome, check, move };
}

/** Its size in bytes. */
export function diffSize(core: Core, { id, parent }: Op<'diffSize'>): readonly Allowed[] {
  const refused = refuse(core, id, parent);
  if (refused !== undefined) return refused;
  const own = native(core, id, parent);
  if (own !== undefined) {
    const tree = own === 'unknown' ? undefined : own.diff;
    if (tree === undefined) return [errno('ENOENT', 'Q-23')];
    if (!tree.isKnown) return [anything('unknown files')];
    return [sized('native', layerSize(tree.root))];
  }
  return naively(core, id, parent, 'size');
}

/** The paths that differ from another layer. */
export function changes(core: Core, { id, parent }: Op<'changes'>): readonly Allowed[] {
  return refuse(core, id, parent) ?? naively(core, id, parent, 'list');
}

function naively(
  core: Core,
  id: string,
  parent: string,
  what: 'size' | 'list',
): readonly Allowed[] {
  const { strict } = core.rules;
  const opened = open(core, parent === '' ? [id] : [id, parent]);
  if (!('trees' in opened)) return opened;
  const { trees, move } = opened;
  const [now, old] = trees;
  if (!areKnown(trees)) return [anything('unknown files', move)];
  if (now === undefined || (parent !== '' && old === undefined)) {
    return [errno('ENOENT', 'Q-20', move)];
  }
  const least = (maybe: boolean): number =>
    sizeOfChanges(compareTrees(old, now, { strict, maybe: () => maybe }));
  if (what === 'size') return [sized('naive', least(false), least(true), move)];
  const check = (value: Value): string | undefined => matchChanges(old, now, strict, value);
  return [{ outcome: parent === '' ? 'all' : 'compared', check, move }];
}

function sized(outcome: string, least: number, most = least, move?: () => void): Allowed {
  return { outcome, check: expectSize(least, most), move };
}

/** An archive goes into a layer. */
export function apply(core: Core, { id, parent, archive: it }: Op<'apply'>): readonly Allowed[] {
  return applyItems(core, id, parent, itemsOf(it));
}

function applyItems(
  core: Core,
  id: string,
  parent: string,
  items: readonly Item[],
): readonly Allowed[] {
  const layer = find(core, id);
  const refused = refuse(core, id, parent, true);
  if (refused !== undefined) return refused;
  const allowed = applyWhere(core, layer, id, parent, items);
  if (typeof layer === 'string' || !layer.incomplete) return allowed;
  return allowed.map((it) => after(it, () => endMount(core, layer)));
}

/** An application that begins again ends what is left mounted: nothing may change below it. */
function endMount({ state }: Core, layer: Layer): void {
  layer.mount = undefined;
  state.counts.delete(layer.key);
}

function applyWhere(
  core: Core,
  layer: Layer | Miss,
  id: string,
  parent: string,
  items: readonly Item[],
): readonly Allowed[] {
  const { asksProbe, world } = core.rules;
  const isNative = isParent(core, layer, parent) && (!asksProbe || world.nativeDiff);
  if (isNative) {
    const target = typeof layer === 'string' ? new Layer(joinPath(id)) : layer;
    return applyTo(core, target, plain(target.diff ?? emptyTree(core)), items, true);
  }
  if (typeof layer === 'string') return missed(core, layer);
  const opened = openToApply(core, layer);
  if (!('trees' in opened)) return opened;
  const [union] = opened.trees;
  if (union === undefined || !union.isWritable) {
    const rule = 'a tree that cannot be written to';
    const fail = (): void => {
      opened.move();
      if (layer.incomplete) layer.diff?.empty();
    };
    const skip = (): void => {
      fail();
      layer.incomplete = false;
    };
    return [
      { outcome: 'archive', rule, failure: {}, move: fail },
      { outcome: 'nothing to do', rule, move: skip },
    ];
  }
  return applyTo(core, layer, union, items, false).map((allowed) => after(allowed, opened.move));
}

/** In strict an incomplete layer may be applied again, and may not be got otherwise. */
function openToApply(core: Core, layer: Layer): Opened | readonly Allowed[] {
  const { incomplete, key, mount } = layer;
  if (!incomplete) return open(core, [key]);
  const count = core.state.counts.get(key);
  layer.incomplete = false;
  endMount(core, layer);
  const opened = open(core, [key]);
  Object.assign(layer, { incomplete, mount });
  if (count !== undefined) core.state.counts.set(key, count);
  return opened;
}

function applyTo(
  core: Core,
  layer: Layer,
  union: Union,
  items: readonly Item[],
  isNative: boolean,
): readonly Allowed[] {
  const { strict } = core.rules;
  const { stop, isKnown, root, undo, settle } = unpackLayer(core, layer, union, items, isNative);
  if (!isKnown) {
    return [anything('unknown files', () => (strict ? lose(core) : settle(root, false, false)))];
  }
  if (stop === undefined) {
    const size = isNative ? layerSize(root) : items.reduce((sum, it) => sum + it.content.length, 0);
    return [sized(isNative ? 'native' : 'naive', size, size, () => settle(root, true, false))];
  }
  const { errno: name = '' } = stop;
  const failure = { code: 'archive', ...(name === '' ? {} : { errno: name }) };
  // QUIRK: the seed leaves what was unpacked; strict takes it back, or says that it is not whole.
  const move = (): void => {
    if (strict && undo !== undefined) undo();
    else settle(root, true, strict);
  };
  return [{ outcome: `archive ${name}`.trimEnd(), failure, move }];
}

/** The archive of one layer applied to another. */
export function transfer(core: Core, op: Op<'transfer'>): readonly Allowed[] {
  const { from, fromParent, to, toParent } = op;
  const read = diff(core, { op: 'diff', id: from, parent: fromParent });
  const [first] = read;
  if (first === undefined || first.failure !== undefined) return read;
  const items = first.blind === true ? undefined : writtenOf(core, op);
  if (items === undefined) return [anything('unknown files', () => loseLayer(core, joinPath(to)))];
  return applyItems(core, to, toParent, items).map((allowed) =>
    after(allowed, () => first.move?.(ANY)),
  );
}

/** What a diff would write, where all of it is known. */
function writtenOf(core: Core, { from, fromParent }: Op<'transfer'>): readonly Item[] | undefined {
  const { strict } = core.rules;
  const own = native(core, from, fromParent);
  if (own === 'unknown') return [];
  if (own !== undefined)
    return listOf(own.diff === undefined ? [] : writeLayer(own.diff.root, strict));
  const opened = open(core, fromParent === '' ? [from] : [from, fromParent]);
  if (!('trees' in opened)) return undefined;
  const [now, old] = opened.trees;
  if (now === undefined) return [];
  if (old === undefined) return listOf(writeWhole(now, strict));
  // Whether differences come with a root that is told of is left open, and so what is unpacked.
  if (isRootTold(now, strict)) return undefined;
  const write = (maybe: boolean): Written =>
    writeChanges(compareTrees(old, now, { strict, maybe: () => maybe }), strict);
  const [least, most] = [listOf(write(false)), listOf(write(true))];
  return least?.length === most?.length ? least : undefined;
}
