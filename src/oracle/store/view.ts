import type { HomeView, LayerView, LinkText } from '../commands/answer.js';
import { anyTree } from './mounting.js';
import {
  emptyMountpoint,
  isLinkId,
  Layer,
  parseLower,
  pathOfLink,
  type State,
  UNSEEN,
} from './state.js';
import { newNode } from '../trees/tree.js';

/** Gives what has to be on disk now. */
export function viewOf(state: State): HomeView {
  const layers: LayerView[] = [];
  for (const layer of state.layers.values()) {
    if (layer.key !== UNSEEN) layers.push(viewLayer(state, layer));
  }
  return {
    layers: layers.sort((a, b) => (a.id < b.id ? -1 : 1)),
    links: [...state.links.values()].sort(),
    strays: state.strays,
  };
}

function viewLayer(state: State, layer: Layer): LayerView {
  const { key, diff, link, lower, work, committed, incomplete, merged, mount } = layer;
  const names: string[] = [...layer.others];
  if (committed) names.push('committed');
  if (diff !== undefined) names.push('diff');
  if (incomplete) names.push('incomplete');
  if (link !== undefined) names.push('link');
  if (lower !== undefined) names.push('lower');
  if (merged !== undefined) names.push('merged');
  if (work) names.push('work');
  return {
    id: key,
    names: layer.others.length > 0 ? names.sort() : names,
    ...(link === undefined ? {} : { link: tell(state, link) }),
    ...(lower === undefined ? {} : { lower: lower.elements.map((it) => tellElement(state, it)) }),
    mounted: mount !== undefined,
  };
}

const LAYER_TARGET = /^\.\.\/([^/]+)\/diff$/;

function tell(state: State, text: string): LinkText {
  if (!isLinkId(text)) return { text };
  const target = state.links.get(text);
  if (target === undefined) return { dangling: true };
  const of = LAYER_TARGET.exec(target)?.[1];
  return of === undefined ? { text: target } : { of };
}

function tellElement(state: State, element: string): LinkText {
  const link = element.startsWith('l/') ? element.slice(2) : '';
  return isLinkId(link) ? tell(state, link) : { text: element };
}

const KNOWN: ReadonlySet<string> = new Set(
  'committed diff incomplete link lower merged work'.split(' '),
);

/**
 * Takes over what is on disk, where the model could not follow. What trees hold stays unknown.
 *
 * @param earlier - knows what no look tells of layers that should have gone.
 */
export function learn(state: State, view: HomeView, earlier: State = state): void {
  const views = [...new Set([earlier, state])].flatMap((it) => viewOf(it).layers);
  const before = new Map(views.map((layer) => [layer.id, layer]));
  const was = new Map([...earlier.layers, ...state.layers]);
  const texts = new LinkTexts(state, view.links);
  state.layers.clear();
  const unseen = was.get(UNSEEN);
  if (unseen !== undefined) state.layers.set(unseen.key, unseen);
  for (const seen of view.layers) {
    const { id, names, link, lower, mounted } = seen;
    const [old, oldView] = [was.get(id), before.get(id)];
    const layer = new Layer(id);
    if (names.includes('diff')) layer.diff = anyTree();
    if (names.includes('merged')) layer.merged = old?.merged ?? emptyMountpoint();
    layer.link = link && texts.take('', link, oldView?.link, old?.link);
    if (lower !== undefined) {
      const elements = lower.map((it, i) =>
        texts.take('l/', it, oldView?.lower?.[i], old?.lower?.elements[i]),
      );
      layer.lower = parseLower(elements.join(':'));
    }
    layer.work = names.includes('work');
    layer.committed = names.includes('committed');
    layer.incomplete = names.includes('incomplete');
    layer.odd = old?.odd ?? [];
    layer.parent = old?.parent ?? '';
    layer.applied = old?.applied;
    layer.others = names.filter((name) => !KNOWN.has(name));
    const whiteout = newNode('character', 0);
    // Who was mounted before the first child was made can still write.
    const isWritable = old?.mount?.isWritable ?? !layer.committed;
    const trees = layer.diff === undefined ? [] : [layer.diff];
    if (mounted) layer.mount = { trees, isWritable, isPlain: false, whiteout, isKnown: false };
    state.layers.set(id, layer);
    if (mounted && !state.counts.has(id)) state.doubtful.add(id);
  }
  state.strays = view.strays;
  state.hasLinkDir = view.links.length > 0 ? true : undefined;
  state.isLost = state.isBeyond;
}

/** Finds the link ids behind what a home was seen to hold, which does not tell them. */
class LinkTexts {
  readonly #state: State;
  /** By the path that they lead to. */
  readonly #ids = new Map<string, readonly string[]>();
  /** Paths to which as many lead as before, so that those are the same. */
  readonly #kept = new Set<string>();

  constructor(state: State, targets: readonly string[]) {
    this.#state = state;
    const old = groupIds([...state.links]);
    const seen = groupIds(targets.map((target) => ['', target]));
    state.links.clear();
    for (const [target, all] of seen) {
      const before = old.get(target) ?? [];
      const ids = all.map((_unknown, i) => before[i] ?? state.newLinkId());
      const path = pathOfLink(target);
      if (before.length === all.length) this.#kept.add(path);
      this.#ids.set(path, [...(this.#ids.get(path) ?? []), ...ids]);
      for (const id of ids) state.links.set(id, target);
    }
  }

  /** Gives the text that was seen; that of before where that looked the same and is sure. */
  take(
    prefix: string,
    seen: LinkText,
    oldSeen: LinkText | undefined,
    oldText: string | undefined,
  ): string {
    const path = 'of' in seen ? `${seen.of}/diff` : 'text' in seen ? pathOfLink(seen.text) : '';
    // A text that is no link may name the path that a link leads to; a link's text is its target.
    const { links } = this.#state;
    const isMeant = (id: string): boolean => !('text' in seen) || links.get(id) === seen.text;
    const ids = (this.#ids.get(path) ?? []).filter(isMeant);
    const isSure = ids.length === 0 || this.#kept.has(path);
    if (isSure && oldText !== undefined && JSON.stringify(seen) === JSON.stringify(oldSeen)) {
      return oldText;
    }
    if (ids[0] === undefined && 'text' in seen) return seen.text;
    return prefix + (ids[0] ?? this.#state.newLinkId());
  }
}

function groupIds(
  links: readonly (readonly [id: string, target: string])[],
): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const [id, target] of links) groups.set(target, [...(groups.get(target) ?? []), id]);
  return groups;
}
