import { anything, type Allowed } from '../model/facts.js';
import type { Op } from '../model/life.js';
import { plain } from '../store/given-tree.js';
import { isParent } from '../store/mounting.js';
import { type Core, lose } from '../store/state.js';
import { emptyTree, unpackLayer } from '../store/unpack-layer.js';
import { type Item, itemsOf } from '../trees/archive.js';
import { reading } from './diff.js';
import { lookUp, UNKNOWN } from './find-layer.js';
import { passing } from './life.js';

/** C-08: an archive goes into a layer, whoever is named as its parent. */
export function apply(core: Core, { id, archive }: Op<'apply'>): readonly Allowed[] {
  return applyItems(core, id, itemsOf(archive));
}

function applyItems(core: Core, id: string, items: readonly Item[]): readonly Allowed[] {
  const layer = lookUp(core, id);
  if (layer === undefined) return UNKNOWN;
  if (!isParent(core, layer, layer.parent)) {
    const { no } = passing(core, layer);
    return [no ?? anything('not on its parent', () => lose(core))];
  }
  const union = plain(layer.diff ?? emptyTree(core));
  const unpacked = unpackLayer(core, layer, union, items, true);
  const { stop, isKnown, root, settle } = unpacked;
  if (hasDoubles(items)) {
    const rule = 'C-15';
    return [
      {
        outcome: 'doubles',
        rule,
        failure: { code: 'archive' },
        move: () => settle(root, false, false),
      },
    ];
  }
  if (!isKnown) return [anything('unknown files', () => settle(root, false, false))];
  if (stop === undefined) {
    const keep = (): void => {
      settle(root, true, false);
      layer.applied = items;
    };
    return [{ outcome: 'applied', move: keep }];
  }
  const { errno: name = '' } = stop;
  const failure = { code: 'archive', ...(name === '' ? {} : { errno: name }) };
  return [{ outcome: `archive ${name}`.trimEnd(), failure, move: () => settle(root, true, false) }];
}

/** C-15: how much of it was unpacked by then nobody knows. */
function hasDoubles(items: readonly Item[]): boolean {
  const names = items.map(({ name }) => clean(name));
  return new Set(names).size < names.length;
}

/** A path without detours; one that starts at the root is another one. */
function clean(name: string): string {
  const parts: string[] = [];
  for (const part of name.split('/')) {
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (part === '..' && name.startsWith('/')) continue;
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return (name.startsWith('/') ? '/' : '') + parts.join('/');
}

/** The archive of one layer applied to another. */
export function transfer(core: Core, op: Op<'transfer'>): readonly Allowed[] {
  const { allowed, items } = reading(core, op.from, op.fromParent);
  const [only] = allowed;
  if (only === undefined || only.failure !== undefined) return allowed;
  if (items === undefined) return [anything('unknown files', () => lose(core))];
  return applyItems(core, op.to, items).map((it) => ({
    ...it,
    move(answer) {
      only.move?.(answer);
      it.move?.(answer);
    },
  }));
}
