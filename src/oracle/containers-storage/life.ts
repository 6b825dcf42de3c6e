import { type Allowed, done, errno, refusal } from '../model/facts.js';
import type { Op } from '../model/life.js';
import { attemptMount } from '../store/mounting.js';
import { takeMountpoint } from '../store/mountpoint.js';
import { removeLink, unmountBelow } from '../store/removal.js';
import { type Core, emptyMountpoint, Layer, parseLower } from '../store/state.js';
import { expectFlag, expectPath } from '../store/values.js';
import { newNode, Tree } from '../trees/tree.js';
import type { Union } from '../trees/union.js';
import { isShort, lookUp, UNKNOWN } from './find-layer.js';

/** How layers of a store are made, mounted and removed: docs/profiles.md, C-01 to C-10. */

const LOWERS_MAX = 128;
/** Of a base's `diff`; a child's is its parent's, less the umask. */
const BASE_MODE = 0o555;

/** A layer is made; nothing of its parent changes. */
export function create(core: Core, { id, parent }: Op<'create'>): readonly Allowed[] {
  const { state, rules } = core;
  const below = parent === '' ? undefined : lookUp(core, parent);
  if (parent !== '' && below === undefined) return UNKNOWN;
  if (state.layers.has(id)) return [refusal('id-in-use', 'C-04')];
  return [
    done(below === undefined ? 'base' : 'child', () => {
      const layer = new Layer(id);
      const mode = below?.diff === undefined ? BASE_MODE : below.diff.root.mode & 0o777;
      layer.diff = new Tree(newNode('directory', mode & ~rules.world.umask));
      layer.link = state.newLinkId();
      state.links.set(layer.link, `../${id}/diff`);
      layer.work = true;
      layer.merged = emptyMountpoint();
      if (below === undefined) layer.others = ['empty'];
      else {
        layer.parent = below.key;
        const first = `l/${below.link ?? ''}`;
        layer.lower = parseLower(
          below.lower === undefined ? first : `${first}:${below.lower.text}`,
        );
      }
      state.layers.set(id, layer);
    }),
  ];
}

/** A layer goes, unless another one names it as its parent, by its whole id. */
export function remove(core: Core, { id }: Op<'remove'>): readonly Allowed[] {
  const { state } = core;
  const layer = lookUp(core, id);
  if (layer === undefined) return UNKNOWN;
  // By the beginning of its id alone nobody is found to be its child.
  const hasChildren = [...state.layers.values()].some(({ parent }) => parent === id);
  if (hasChildren) return [refusal('has-children', 'C-06')];
  return [
    done(layer.mount === undefined ? 'removed' : 'removed, mounted', () => {
      layer.mount = undefined;
      state.counts.delete(layer.key);
      removeLink(core, layer);
      unmountBelow(core, layer.key);
      state.destroy(layer);
    }),
  ];
}

/** A layer is mounted, or counted where it is. */
export function get(core: Core, { id }: Op<'get'>): readonly Allowed[] {
  const { state } = core;
  const layer = lookUp(core, id);
  if (layer === undefined) return UNKNOWN;
  const count = state.counts.get(layer.key) ?? 0;
  const check = expectPath(`${core.rules.world.home}/${layer.key}/merged`);
  const give = (): void => {
    state.counts.set(layer.key, count + 1);
    state.given.set(layer.key, 'merged');
    state.aliases.set(id, layer.key);
  };
  if (count > 0 && layer.mount !== undefined) return [{ outcome: 'counted', check, move: give }];
  if (isShort(layer, id)) return [errno('ENOENT', 'C-05')];
  const { no, outcome, move } = mounting(core, layer);
  if (no !== undefined) return [no];
  const both = (): void => {
    move();
    give();
  };
  return [{ outcome, check, move: both }];
}

/** What mounting a layer comes to. */
interface Mounting {
  /** Where it fails: the only answer. */
  readonly no?: Allowed;
  /** Where it does not: what shows. */
  readonly tree?: Union;
  readonly outcome: string;
  move(): void;
}

/** Says what the driver below does to mount a layer; what is mounted already stays so. */
function mounting(core: Core, layer: Layer): Mounting {
  const { mount: tree } = layer;
  if (tree !== undefined) return { tree, outcome: 'mounted before', move: () => undefined };
  if ((layer.lower?.elements.length ?? 0) > LOWERS_MAX) {
    return { no: refusal('max-depth', 'C-09'), outcome: '', move: () => undefined };
  }
  const attempt = attemptMount(core, layer, '');
  const prepare = (): void => void (layer.merged ??= emptyMountpoint());
  if ('no' in attempt) return { no: { ...attempt.no, move: prepare }, outcome: '', move: prepare };
  const move = (): void => {
    prepare();
    layer.mount = attempt.mount;
  };
  return { tree: attempt.mount, outcome: attempt.outcome, move };
}

/** Says what the driver below does where it mounts a layer for itself alone, and ends that. */
export function passing(core: Core, layer: Layer): Mounting {
  const attempt = mounting(core, layer);
  if (layer.mount !== undefined || attempt.no !== undefined) return attempt;
  // What is mounted for a moment leaves no mount point behind.
  return { ...attempt, move: () => unmount(core, layer) };
}

function unmount(core: Core, layer: Layer): void {
  layer.mount = undefined;
  takeMountpoint(core, layer);
}

/** One user less; the last one's leaving takes the mount point too, whoever was there. */
export function put(core: Core, { id }: Op<'put'>): readonly Allowed[] {
  const { counts } = core.state;
  const layer = lookUp(core, id);
  if (layer === undefined) return UNKNOWN;
  const { key } = layer;
  const count = counts.get(key) ?? 0;
  if (count > 1) return [done('counted', () => void counts.set(key, count - 1))];
  // By the beginning of an id the driver finds nothing to unmount, and the store forgets it.
  if (isShort(layer, id)) return [done('forgotten', () => void counts.delete(key))];
  return [
    done(layer.mount === undefined ? 'not mounted' : 'unmounted', () => {
      counts.delete(key);
      unmount(core, layer);
    }),
  ];
}

/** Whether a layer is there. */
export function exists(core: Core, { id }: Op<'exists'>): readonly Allowed[] {
  const isThere = lookUp(core, id) !== undefined;
  return [{ outcome: isThere ? 'present' : 'absent', check: expectFlag(isThere) }];
}
