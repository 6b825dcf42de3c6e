import type { Item } from '../trees/archive.js';
import { newNode, Tree } from '../trees/tree.js';
import type { Union } from '../trees/union.js';
import type { Rules } from '../model/facts.js';

/** What a layer's `lower` says, uppermost first. */
export interface Lower {
  readonly text: string;
  readonly elements: readonly string[];
  /** Every element is `l/` and a link id. */
  readonly isSound: boolean;
}

/** One directory of the home. */
export class Layer {
  readonly key: string;
  diff: Tree | undefined;
  link: string | undefined;
  lower: Lower | undefined;
  work = false;
  committed = false;
  incomplete = false;
  /** The directory itself, which a mount hides. */
  merged: Tree | undefined;
  mount: Union | undefined;
  /** Where a file lies in place of a directory. */
  odd: readonly string[] = [];
  /** What else lies in it, as the model was told. */
  others: readonly string[] = [];
  /** Whom a store keeps as its parent; no driver remembers it. */
  parent = '';
  /** The archive that a store remembers of it, where one was applied. */
  applied: readonly Item[] | undefined;

  constructor(key: string) {
    this.key = key;
  }

  get isOdd(): boolean {
    return this.odd.length > 0;
  }
}

/** Everything that a home and a driver remember, without rules. */
export class State {
  readonly layers = new Map<string, Layer>();
  /** What the symlinks in `l/` hold, by link id. Link ids of the model are its own. */
  readonly links = new Map<string, string>();
  /** By layer; none for a layer that was not counted since its count last fell to nothing. */
  readonly counts = new Map<string, number>();
  /** Whether the last Get gave the overlay or the layer's own directory. */
  readonly given = new Map<string, 'merged' | 'diff'>();
  /** The layer that a Get by an id gave last, where ids may be cut short. */
  readonly aliases = new Map<string, string>();
  /** Layers that were mounted when the model was told so, which the driver may count or not. */
  readonly doubtful = new Set<string>();
  /** Undefined where nobody told. */
  hasLinkDir: boolean | undefined = true;
  /** What else lies in the home, as the model was told. */
  strays: readonly string[] = [];
  /** Something happened that the model cannot follow; it waits to be told what there is. */
  isLost = false;
  /** An id led somewhere else than to a layer, and changed what is there: it stays lost. */
  isBeyond = false;
  /** False where the native-diff probe had no home to look at. */
  isProbeKnown = true;
  #nextLink = 0;

  /** Makes up a link id, of letters alone. */
  newLinkId(): string {
    let letters = '';
    for (let rest = this.#nextLink++; rest > 0; rest = Math.floor(rest / 26)) {
      letters = String.fromCharCode(65 + (rest % 26)) + letters;
    }
    return letters.padStart(26, 'A');
  }

  fork(): State {
    const fork = new State();
    const trees = new Map<Tree, Tree>();
    const shareTree = (tree: Tree): Tree => {
      const other = trees.get(tree) ?? tree.share();
      trees.set(tree, other);
      return other;
    };
    for (const [key, layer] of this.layers) {
      const copy = Object.assign(new Layer(key), layer);
      copy.diff = layer.diff && shareTree(layer.diff);
      copy.merged = layer.merged && shareTree(layer.merged);
      copy.mount = layer.mount && { ...layer.mount, trees: layer.mount.trees.map(shareTree) };
      fork.layers.set(key, copy);
    }
    for (const [link, target] of this.links) fork.links.set(link, target);
    for (const [key, count] of this.counts) fork.counts.set(key, count);
    for (const [key, path] of this.given) fork.given.set(key, path);
    for (const [id, key] of this.aliases) fork.aliases.set(id, key);
    for (const key of this.doubtful) fork.doubtful.add(key);
    fork.hasLinkDir = this.hasLinkDir;
    fork.isLost = this.isLost;
    fork.isBeyond = this.isBeyond;
    fork.strays = this.strays;
    fork.isProbeKnown = this.isProbeKnown;
    fork.#nextLink = this.#nextLink;
    return fork;
  }

  /** The first look at a count asks whether there is a mount already. */
  count(layer: Layer): number {
    return this.counts.get(layer.key) ?? (layer.mount === undefined ? 0 : 1);
  }

  /** Whether nobody can tell whether a layer is counted. */
  isDoubtful({ key, mount }: Layer): boolean {
    return mount === undefined && this.doubtful.has(key) && !this.counts.has(key);
  }

  /** The driver counts anew. */
  forgetCounts(): void {
    this.counts.clear();
    this.doubtful.clear();
  }

  /** Gives the layer whose `diff` a path below the home names. */
  layerOfDiff(path: string): Layer | undefined {
    return path.endsWith('/diff') ? this.layers.get(path.slice(0, -'/diff'.length)) : undefined;
  }

  /** Tells every mount of a tree but one that it changed below it. */
  disturb(tree: Tree, except?: Union): void {
    for (const { mount } of this.layers.values()) {
      if (mount !== undefined && mount !== except && mount.trees.includes(tree)) {
        mount.isKnown = false;
      }
    }
  }

  /** Deletes a layer's directory. What a mount holds stays, emptied through the mount. */
  destroy(layer: Layer): void {
    if (layer.diff !== undefined) this.disturb(layer.diff);
    if (layer.mount === undefined) {
      this.layers.delete(layer.key);
      return;
    }
    layer.mount.isKnown = false;
    Object.assign(layer, new Layer(layer.key), { merged: layer.merged, mount: layer.mount });
  }
}

/** Gives the path below the home that a symlink in `l/` leads to. */
export function pathOfLink(target: string): string {
  const isUsual = target.startsWith('../') && target.endsWith('/diff');
  return isUsual && target.indexOf('/', 3) === target.length - 5
    ? target.slice(3)
    : joinPath('l', target);
}

/** Joins a path below the home and cleans it; `..` is what leads out. */
export function joinPath(...parts: readonly string[]): string {
  const [only = ''] = parts;
  if (parts.length === 1 && !only.includes('/') && !only.startsWith('.')) return only;
  const names: string[] = [];
  for (const name of parts.join('/').split('/')) {
    if (name === '' || name === '.') continue;
    if (name === '..' && names.length > 0 && names.at(-1) !== '..') names.pop();
    else names.push(name);
  }
  return names.join('/');
}

const LINK_ID = /^[A-Z2-7]{26}$/;

/** Tells the form of a link id. */
export function isLinkId(text: string): boolean {
  return LINK_ID.test(text);
}

/** Takes a `lower` apart. */
export function parseLower(text: string): Lower {
  const elements = text.split(':');
  return {
    text,
    elements,
    isSound: elements.every((it) => it.startsWith('l/') && isLinkId(it.slice(2))),
  };
}

/** What every question is asked of. */
export interface Core {
  readonly rules: Rules;
  readonly state: State;
}

const NAME_BYTES_MAX = 255;
const RESERVED = /^(\.create-|\.remove-|opaque-bug-check|multiple-lowerdir-check|fsutils-dummy)/;
const encoder = new TextEncoder();

/** Counts bytes, not characters. */
export function byteLength(text: string): number {
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) > 0x7f) return encoder.encode(text).length;
  }
  return text.length;
}

/** Why an id names no layer. `exotic`: it names something else in, below or above the home. */
export type Miss = 'ENOENT' | 'ENAMETOOLONG' | 'EINVAL' | 'exotic' | 'invalid-layer-id';

/** Finds the layer of an id. Q-10: the seed joins any text to the home, strict checks it. */
export function find({ rules, state }: Core, id: string): Layer | Miss {
  const layer = state.layers.get(id);
  if (layer !== undefined) return layer;
  if (rules.strict) return isValidId(id) ? 'ENOENT' : 'invalid-layer-id';
  const key = joinPath(id);
  if (key.includes('\0')) return 'EINVAL';
  if (key === '' || key === 'l' || key === '..' || key.includes('/')) return 'exotic';
  if (byteLength(key) > NAME_BYTES_MAX) return 'ENAMETOOLONG';
  return state.layers.get(key) ?? 'ENOENT';
}

function isValidId(id: string): boolean {
  if (['', '.', '..', 'l', 'backingFsBlockDev'].includes(id) || RESERVED.test(id)) return false;
  return byteLength(id) <= NAME_BYTES_MAX && !/[/\0]/.test(id);
}

/** Gives an empty mountpoint. */
export function emptyMountpoint(): Tree {
  return new Tree(newNode('directory', 0o700));
}

/** Something happens that the model cannot follow. */
export function lose({ state }: Core): void {
  state.isLost = true;
}

/** Whether this is there depends on the kernel's quotas, so that nobody looks. */
export const UNSEEN = 'backingFsBlockDev';

/** A layer is changed in a way that the model cannot follow; no look finds again what is unseen. */
export function loseLayer(core: Core, key: string): void {
  if (key === UNSEEN) loseForGood(core);
  else lose(core);
}

/** something happens outside of all layers, so that no look at them tells what there is. */
export function loseForGood({ state }: Core): void {
  state.isLost = true;
  state.isBeyond = true;
}
