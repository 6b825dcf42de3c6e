import type { HomeView, LayerView, LinkText } from '../commands/answer.js';
import { anyTree } from './mounting.js';
import { emptyMountpoint, isLinkId, Layer, parseLower, pathOfLink, type State } from './state.js';
import { newNode } from '../trees/tree.js';

/** Whether this is there depends on the kernel's quotas, so that nobody looks. */
const BACKING_FS_DEVICE = 'backingFsBlockDev';

/** Gives what has to be on disk now. */
export function viewOf(state: State): HomeView {
  const layers: LayerView[] = [];
  for (const layer of state.layers.values()) {
    if (layer.key !== BACKING_FS_DEVICE) layers.push(viewLayer(state, layer));
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

/** Takes over what is on disk, where the model could not follow. What trees hold stays unknown. */
export function learn(state: State, view: HomeView): void {
  const before = viewOf(state);
  const old = new Map(before.layers.map((it) => [JSON.stringify(it), state.layers.get(it.id)]));
  const was = new Map(state.layers);
  state.layers.clear();
  const unseen = was.get(BACKING_FS_DEVICE);
  if (unseen !== undefined) state.layers.set(unseen.key, unseen);
  if (!areSame) state.links.clear();
  const linkOf = new Map<string, string>();
  for (const [link, target] of state.links) linkOf.set(pathOfLink(target), link).set(target, link);
  for (const target of areSame ? [] : view.links) {
    const link = state.newLinkId();
    state.links.set(link, target);
    linkOf.set(pathOfLink(target), link);
    linkOf.set(target, link);
  }
  const textOf = (text: LinkText): string => {
    if ('text' in text) return linkOf.get(text.text) ?? text.text;
    const link = 'of' in text ? linkOf.get(`${text.of}/diff`) : undefined;
    return link ?? state.newLinkId();
  };
  for (const seen of view.layers) {
    const { id, names, link, lower, mounted } = seen;
    const layer = new Layer(id);
    if (names.includes('diff')) layer.diff = anyTree();
    if (names.includes('merged')) layer.merged = was.get(id)?.merged ?? emptyMountpoint();
    layer.link = link && textOf(link);
    layer.lower = lower && parseLower(lower.map((it) => prefix(it, textOf(it))).join(':'));
    // Two links may lead to one layer; which is which shows only where nothing changed.
    const known = areSame ? old.get(JSON.stringify(seen)) : undefined;
    if (known !== undefined) Object.assign(layer, { link: known.link, lower: known.lower });
    layer.work = names.includes('work');
    layer.committed = names.includes('committed');
    layer.incomplete = names.includes('incomplete');
    layer.odd = was.get(id)?.odd ?? [];
    layer.others = names.filter((name) => !KNOWN.has(name));
    const whiteout = newNode('character', 0);
    const isWritable = !layer.committed;
    const trees = layer.diff === undefined ? [] : [layer.diff];
    if (mounted) layer.mount = { trees, isWritable, isPlain: false, whiteout, isKnown: false };
    state.layers.set(id, layer);
    if (mounted && !state.counts.has(id)) state.doubtful.add(id);
  }
  state.strays = view.strays;
  state.hasLinkDir = view.links.length > 0 ? true : undefined;
  state.isLost = state.isBeyond;
}

function prefix(text: LinkText, link: string): string {
  return 'text' in text && text.text === link ? link : `l/${link}`;
}
