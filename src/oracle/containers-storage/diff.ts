import type { Value } from '../commands/answer.js';
import { anything, type Allowed } from '../model/facts.js';
import type { Op } from '../model/life.js';
import { areKnown } from '../store/given-tree.js';
import type { Core, Layer } from '../store/state.js';
import type { Item } from '../trees/archive.js';
import { writeChanges } from '../trees/compare.js';
import { matchArchive, matchDifferences } from '../trees/matching.js';
import { differences, pairOf, show } from './compared.js';
import { UNKNOWN } from './find-layer.js';
import { areSure, lowerTrees } from './lower-trees.js';
import { storeWriter, writeApplied, writeOwn } from './own-archive.js';

/** The archive of what a layer changes. */
export function diff(core: Core, { id, parent }: Op<'diff'>): readonly Allowed[] {
  return reading(core, id, parent).allowed;
}

/** What a diff answers, and what it writes where that is sure. */
export interface Reading {
  readonly allowed: readonly Allowed[];
  readonly items?: readonly Item[];
}

/** Says what a diff answers. */
export function reading(core: Core, id: string, parent: string): Reading {
  const pair = pairOf(core, id, parent);
  if (pair === undefined) return { allowed: UNKNOWN };
  const { to, from, isNative } = pair;
  const below = typeof from === 'object' ? from.key : '';
  if (to.applied !== undefined && from !== 'unknown' && below === to.parent) {
    return again(core, to, to.applied);
  }
  if (isNative) return native(core, to);
  const shown = show(core, pair);
  if (!('now' in shown)) return { allowed: shown };
  const { now, old, move } = shown;
  if (!areKnown([now, old])) return { allowed: [anything('unknown files', move)] };
  const write = (maybe: (path: string) => boolean): readonly Item[] => {
    const written = writeChanges(differences(shown, maybe), false, storeWriter());
    return written === 'reserved-name' ? [] : written;
  };
  const [least, most] = [write(() => false), write(() => true)];
  const allowed: Allowed = {
    outcome: 'compared',
    check: (value) => matchDifferences(write, value),
    move,
  };
  return { allowed: [allowed], ...(least.length === most.length ? { items: least } : {}) };
}

function native(core: Core, to: Layer): Reading {
  const lowers = lowerTrees(core, to);
  if (lowers === undefined || to.diff === undefined || !areSure([to.diff, ...lowers])) {
    return { allowed: [anything('unknown files')] };
  }
  const items = writeOwn(to.diff.root, lowers);
  if (items === 'unknown') return { allowed: [anything('a symlink in the way')] };
  return { allowed: [{ outcome: 'own', check: (value) => matchArchive(items, value) }], items };
}

/** C-13. */
function again(core: Core, to: Layer, applied: readonly Item[]): Reading {
  const lowers = lowerTrees(core, to);
  if (lowers === undefined) return { allowed: [{ outcome: 'lost', rule: 'C-13', failure: {} }] };
  const trees = to.diff === undefined ? lowers : [to.diff, ...lowers];
  const items = areSure(trees) ? writeApplied(applied, trees) : 'unknown';
  if (items === 'unknown') return { allowed: [anything('unknown files')] };
  if (items === 'broken') return { allowed: [{ outcome: 'broken', rule: 'C-13', failure: {} }] };
  const check = (value: Value): string | undefined => matchArchive(items, withoutPrivate(value));
  return { allowed: [{ outcome: 'again', rule: 'C-13', check }], items };
}

/** Attributes of the overlay's own are given back, and not compared. */
function withoutPrivate(value: Value): Value {
  if (value.kind !== 'archive') return value;
  const entries = value.entries.map(({ xattrs = {}, ...entry }) => {
    const rows = Object.entries(xattrs).filter(([name]) => !PRIVATE.test(name));
    return { ...entry, xattrs: Object.fromEntries(rows) };
  });
  return { ...value, entries };
}

const PRIVATE = /^(trusted\.overlay\.|system\.|security\.selinux)/;
