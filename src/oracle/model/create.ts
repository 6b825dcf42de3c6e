import { anything, type Allowed, done, errno, refusal } from './facts.js';
import { missed, type Op } from './life.js';
import {
  type Core,
  find,
  isLinkId,
  joinPath,
  Layer,
  lose,
  loseForGood,
  type Lower,
  parseLower,
} from '../store/state.js';
import { needsQuota, storageOutcomes, strictOptions } from '../store/storage-options.js';
import { emptyTree } from '../store/unpack-layer.js';

const LOWERS_MAX = 128;

/** Create and CreateReadWrite. */
export function create(core: Core, op: Op<'create'>): readonly Allowed[] {
  const { rules } = core;
  const { storage = [] } = op;
  if (needsQuota(rules, op)) return [refusal('option', 'V-04')];
  if (rules.strict) return createStrictly(core, op);
  if (!op.readWrite && storage.some(([key]) => key === 'size')) return [refusal('option')];
  const found = find(core, op.id);
  if (typeof found === 'string' && found !== 'ENOENT') return missed(core, found);
  const existing = typeof found === 'string' ? undefined : found;
  const key = joinPath(op.id);
  return storageOutcomes(storage, rules.world.quota).map((outcome) => {
    // QUIRK: Q-11: a crash undoes nothing.
    if (outcome === 'panic') return refusal('panic', 'Q-11', () => keep(core, existing, key));
    if (outcome === 'ok') return createAt(core, op, key, existing);
    return refusal(outcome, 'storage options', () => undo(core, existing));
  });
}

function keep({ state }: Core, existing: Layer | undefined, key: string): void {
  if (existing === undefined) state.layers.set(key, new Layer(key));
}

/** QUIRK: Q-08: the undo deletes the directory, whoever made it. */
function undo({ state }: Core, existing: Layer | undefined): void {
  if (existing !== undefined) state.destroy(existing);
}

/** The seed's steps, in its order; each of them is undone but for the directory alone. */
function createAt(core: Core, op: Op<'create'>, key: string, existing?: Layer): Allowed {
  const { state } = core;
  if (state.hasLinkDir === undefined || existing?.isOdd === true)
    return anything('no l/', () => lose(core));
  if (!state.hasLinkDir) return errno('ENOENT', 'no l/', () => undo(core, existing));
  const outcome = existing === undefined ? '' : ' again';
  if (op.parent === '') return done(`base${outcome}`, () => make(core, key, existing));

  const isOwn = joinPath(op.parent) === key;
  const parent = isOwn ? (existing ?? new Layer(key)) : find(core, op.parent);
  if (parent === 'exotic') return anything('Q-10', () => loseForGood(core));
  // QUIRK: Q-06: the symlink stays. Q-09: so does the mark of the parent.
  const fail = (): void => {
    state.links.set(state.newLinkId(), `../${key}/diff`);
    if (typeof parent !== 'string') parent.committed = true;
    undo(core, existing);
  };
  if (typeof parent === 'string') return errno(parent, 'Q-06', fail);
  if (parent.link === undefined && !isOwn) return errno('ENOENT', 'Q-09', fail);
  if ((parent.lower?.elements.length ?? 0) >= LOWERS_MAX) return refusal('max-depth', 'Q-09', fail);
  return done(`child${outcome}`, () => {
    const layer = make(core, key, existing);
    const from = isOwn ? layer : parent;
    from.committed = true;
    layer.work = true;
    layer.lower = lowerOf(from);
  });
}

/** Gives the `lower` of a child. QUIRK: Q-14: whatever `link` holds becomes a lower. */
function lowerOf({ link = '', lower }: Layer): Lower {
  if (!isLinkId(link)) {
    return parseLower((joinPath('l', link) || '.') + (lower === undefined ? '' : `:${lower.text}`));
  }
  const first = `l/${link}`;
  if (lower === undefined) return { text: first, elements: [first], isSound: true };
  const { text, elements, isSound } = lower;
  return { text: `${first}:${text}`, elements: [first, ...elements], isSound };
}

/** Makes what every layer has. QUIRK: Q-07: in a layer that exists too, whose symlink is lost. */
function make(core: Core, key: string, existing?: Layer): Layer {
  const { state } = core;
  const layer = existing ?? new Layer(key);
  layer.diff ??= emptyTree(core);
  layer.diff.disown(core.rules.exactModes ? 0o755 : undefined);
  layer.link = state.newLinkId();
  state.links.set(layer.link, `../${key}/diff`);
  state.layers.set(key, layer);
  return layer;
}

/** Strict refuses for any of the reasons that hold, having done nothing. */
function createStrictly(core: Core, op: Op<'create'>): readonly Allowed[] {
  const reasons: Allowed[] = strictOptions(op);
  const found = find(core, op.id);
  if (typeof found !== 'string') reasons.push(errno('EEXIST', 'Q-07'));
  else if (found !== 'ENOENT') reasons.push(...missed(core, found));
  const parent = op.parent === '' ? undefined : find(core, op.parent);
  if (typeof parent === 'string') reasons.push(...missed(core, parent));
  else if (parent !== undefined) reasons.push(...strictParent(parent));
  if (reasons.length > 0) return reasons;
  if (typeof parent !== 'object') return [done('base', () => void make(core, op.id))];
  return [
    done('child', () => {
      const layer = make(core, op.id);
      parent.committed = true;
      layer.work = true;
      layer.lower = lowerOf(parent);
    }),
  ];
}

function strictParent({ incomplete, link, lower }: Layer): Allowed[] {
  const reasons: Allowed[] = [];
  if (incomplete) reasons.push(refusal('incomplete-layer'));
  if (link === undefined) reasons.push(errno('ENOENT'));
  else if (!isLinkId(link)) reasons.push(refusal('invalid-link', 'Q-14'));
  if (lower?.isSound === false) reasons.push(refusal('invalid-lower', 'Q-18'));
  if ((lower?.elements.length ?? 0) >= LOWERS_MAX) reasons.push(refusal('max-depth'));
  return reasons;
}
