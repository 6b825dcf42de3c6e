import type { Answer } from '../commands/answer.js';
import type { Operation } from '../commands/operation.js';
import type { Union } from '../trees/union.js';
import { anything, type Allowed, done, errno, refusal } from './facts.js';
import { plainIf, treeGiven } from '../store/given-tree.js';
import { attemptMount, resolveLowers } from '../store/mounting.js';
import { isLeft, isMounting, takeMountpoint } from '../store/mountpoint.js';
import { statusRows } from '../store/profile-facts.js';
import { removeLink, unmountBelow } from '../store/removal.js';
import { repair } from '../store/repair.js';
import { expectFlag, expectMetadata, expectPath, expectRows } from '../store/values.js';
import {
  type Core,
  emptyMountpoint,
  find,
  joinPath,
  type Layer,
  lose,
  loseForGood,
  type Miss,
} from '../store/state.js';

/** The operations that make no difference to what a layer holds: remove, get, put and the like. */

/** The operation of one name. */
export type Op<Name extends Operation['op']> = Extract<Operation, { op: Name }>;

const PRESENT: readonly Allowed[] = [{ outcome: 'present', check: expectFlag(true) }];
const ABSENT: readonly Allowed[] = [{ outcome: 'absent', check: expectFlag(false) }];

/** What an operation answers where its id names no layer. */
export function missed(core: Core, miss: Miss): readonly Allowed[] {
  if (miss === 'invalid-layer-id') return [refusal(miss, 'Q-10')];
  if (miss !== 'exotic') return [errno(miss)];
  return [anything('Q-10', () => loseForGood(core))];
}

/** Whether a layer is there. */
export function exists(core: Core, { id }: Op<'exists'>): readonly Allowed[] {
  const layer = find(core, id);
  if (typeof layer !== 'string') return PRESENT;
  if (layer !== 'exotic') return ABSENT;
  // QUIRK: whatever the path leads to.
  const key = joinPath(id);
  if (key.includes('/')) return [anything('Q-10')];
  return key === 'l' && !core.state.hasLinkDir ? ABSENT : PRESENT;
}

/** A Get that would succeed gives the tree that its path leads to, once it is moved on. */
export interface Getting {
  readonly allowed: Allowed;
  readonly tree?: Union | undefined;
}

/** The path of a layer, mounted where it has to be. */
export function get(core: Core, { id, label }: Op<'get'>): readonly Allowed[] {
  const layer = find(core, id);
  if (typeof layer === 'string') return missed(core, layer);
  return [getting(core, layer, label ?? '', id).allowed];
}

/** Says what Get does with a layer that is there; `id` is what it was asked for by, if at all. */
export function getting(core: Core, layer: Layer, label: string, id?: string): Getting {
  const { state, rules } = core;
  const { strict } = rules;
  const { key } = layer;
  if (strict && layer.incomplete) return { allowed: refusal('incomplete-layer') };
  const isBare = layer.lower === undefined && layer.diff === undefined;
  if (strict && isBare) return { allowed: errno('ENOENT', 'Q-15') };
  if (!isMounting(core, layer)) {
    const move = (): void => note(core, id, 'diff');
    return {
      allowed: { outcome: 'diff', check: expectPath(`${rules.world.home}/${key}/diff`), move },
      tree: plainIf(layer.diff),
    };
  }
  if (strict && layer.lower?.isSound === false)
    return { allowed: refusal('invalid-lower', 'Q-18') };
  if (!strict && state.isDoubtful(layer)) return { allowed: anything('Q-20', () => lose(core)) };
  const isStale = strict && layer.mount === undefined;
  const count = isStale ? 1 : state.count(layer) + 1;
  const give = (mount?: Union): void => {
    state.counts.set(key, count);
    note(core, id, 'merged');
    if (mount === undefined) return;
    layer.merged ??= emptyMountpoint();
    layer.mount = mount;
  };
  const check = expectPath(`${rules.world.home}/${key}/merged`);
  if (count > 1) {
    const outcome = layer.mount === undefined ? 'counted, not mounted' : 'counted';
    const rule = 'Q-20';
    return {
      allowed: { outcome, rule, check, move: () => give() },
      tree: treeGiven(layer, 'merged'),
    };
  }
  const attempt = attemptMount(core, layer, label);
  if ('mount' in attempt) {
    const { mount, outcome } = attempt;
    return { allowed: { outcome, check, move: () => give(mount) }, tree: mount };
  }
  const { no } = attempt;
  const undo = (): void => {
    state.counts.delete(key);
    takeMountpoint(core, layer);
  };
  if (no.blind !== true) return { allowed: { ...no, move: undo } };
  const wait = (answer: Answer): void => {
    (answer.ok && answer.value.kind === 'path' ? give : undo)();
    lose(core);
  };
  return { allowed: anything(no.rule ?? '', wait) };
}

function note({ state }: Core, id: string | undefined, given: 'merged' | 'diff'): void {
  if (id !== undefined) state.given.set(id, given);
}

/** One user less. */
export function put(core: Core, { id }: Op<'put'>): readonly Allowed[] {
  const layer = find(core, id);
  if (layer === 'ENOENT') return [done('unknown')];
  return typeof layer === 'string' ? missed(core, layer) : [putting(core, layer)];
}

/** Says what Put does with a layer that is there. */
export function putting(core: Core, layer: Layer): Allowed {
  const { state } = core;
  const { strict } = core.rules;
  const { key, mount, merged } = layer;
  // A base is counted where it is mounted, which strict does alone.
  const isCounted = layer.lower !== undefined || (strict && mount !== undefined);
  const count = isCounted ? state.count(layer) - 1 : 0;
  if (count > 0) return done('counted', () => void state.counts.set(key, count));
  if (!isCounted && (!strict || merged === undefined)) return done('not counted');
  const move = (): void => {
    if (isCounted) state.counts.delete(key);
    layer.mount = undefined;
    // QUIRK: Q-19: a directory that is not empty stays, and nobody hears of it.
    takeMountpoint(core, layer);
  };
  if (strict && merged !== undefined && !merged.isKnown) return anything('Q-19', () => lose(core));
  if (strict && isLeft(layer)) return errno('ENOTEMPTY', 'Q-19', move);
  return done(mount === undefined ? 'not mounted' : 'unmounted', move);
}

/** A layer goes. */
export function remove(core: Core, { id }: Op<'remove'>): readonly Allowed[] {
  const { state } = core;
  if (id === '') return [refusal('empty-id')];
  const layer = find(core, id);
  if (layer === 'ENOENT') return [done('unknown', () => unmountBelow(core, joinPath(id)))];
  if (typeof layer === 'string') return missed(core, layer);
  return [
    done(layer.mount === undefined ? 'removed' : 'removed, mounted', () => {
      removeLink(core, layer);
      unmountBelow(core, layer.key);
      // QUIRK: Q-20: the count stays.
      if (core.rules.strict) state.counts.delete(layer.key);
      state.destroy(layer);
    }),
  ];
}

/** The paths of a layer. */
export function metadata(core: Core, { id }: Op<'metadata'>): readonly Allowed[] {
  const { rules } = core;
  const layer = find(core, id);
  if (layer === 'exotic') return [anything('Q-10')];
  if (typeof layer === 'string') return missed(core, layer);
  const dir = `${rules.world.home}/${layer.key}`;
  const expected: Record<string, string> = {
    MergedDir: `${dir}/merged`,
    UpperDir: `${dir}/diff`,
    WorkDir: `${dir}/work`,
  };
  const paths = layer.lower === undefined ? [] : resolveLowers(core, layer.lower);
  if (paths === 'unknown') return [anything('a lower is no link')];
  if (typeof paths === 'string') return [errno(paths, 'section 5')];
  const lowers = paths.map((it) => `${rules.world.home}/${it}`);
  if (lowers.length > 0) expected['LowerDir'] = lowers.join(':');
  const check = expectMetadata(expected);
  return [{ outcome: lowers.length > 0 ? 'with lowers' : 'without lowers', check }];
}

/** Facts of the host. */
export function status({ rules }: Core): readonly Allowed[] {
  return [{ outcome: 'told', check: expectRows(statusRows(rules, rules.world)) }];
}

/** Every mount of the home goes. */
export function cleanup({ state, rules }: Core): readonly Allowed[] {
  return [
    done('unmounted', () => {
      for (const layer of state.layers.values()) layer.mount = undefined;
      // QUIRK: Q-20: the counts stay.
      if (rules.strict) state.forgetCounts();
    }),
  ];
}

/** Somebody else unmounts a layer. */
export function umount(core: Core, { id }: Op<'umount'>): readonly Allowed[] {
  const layer = find(core, id);
  if (layer === 'exotic' || layer === 'invalid-layer-id') {
    return [anything('Q-10', () => loseForGood(core))];
  }
  if (typeof layer === 'string' || layer.mount === undefined) {
    return [{ outcome: 'not mounted', failure: {} }];
  }
  return [done('unmounted', () => void (layer.mount = undefined))];
}

/** A new driver on the same home forgets what it counted; in strict it mends what it finds. */
export function restart(core: Core, { process }: Op<'restart'>): readonly Allowed[] {
  const { state, rules } = core;
  if (state.hasLinkDir === undefined) {
    // There may be nothing left to start on.
    return [anything('no home', ({ ok }) => (ok ? begin(core, process) : undefined))];
  }
  return [done(rules.strict ? 'repaired' : 'restarted', () => begin(core, process))];
}

function begin(core: Core, process: 'same' | 'new'): void {
  // QUIRK: Q-25: what the probe found belongs to the process.
  core.state.isProbeKnown ||= process === 'new' || core.rules.strict;
  core.state.forgetCounts();
  core.state.hasLinkDir = true;
  if (core.rules.strict) repair(core);
}
