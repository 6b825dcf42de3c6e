import type { HomeView, LayerView, LinkText } from '../commands/answer.js';
import { anyTree } from './mounting.js';
import { isLinkId, joinPath, Layer, parseLower, type State } from './state.js';
import { newNode } from '../trees/tree.js';

/** Gives what has to be on disk now. */
export function viewOf(state: State): HomeView {
  const layers = [...state.layers.values()].map((layer) => viewLayer(state, layer));
  return {
    layers: layers.sort((a, b) => (a.id < b.id ? -1 : 1)),
    links: [...state.links.values()].sort(),
    strays: [],
  };
}

function viewLayer(state: State, layer: Layer): LayerView {
  const { key, diff, link, lower, work, committed, incomplete, merged, mount } = layer;
  const names: string[] = [];
  if (committed) names.push('committed');
  if (diff !== undefined) names.push('diff');
  if (incomplete) names.push('incomplete');
  if (link !== undefined) names.push('link');
  if (lower !== undefined) names.push('lower');
  if (merged !== undefined) names.push('merged');
  if (work) names.push('work');
  return {
    id: key,
    names,
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

/** Takes over what is on disk, where the model could not follow. What trees hold stays unknown. */
export function learn(state: State, view: HomeView): void {
  state.layers.clear();
  state.links.clear();
  const linkOf = new Map<string, string>();
  for (const target of view.links) {
    const link = state.newLinkId();
    state.links.set(link, target);
    linkOf.set(joinPath('l', target), link);
  }
  const textOf = (text: LinkText): string => {
    if ('text' in text) return text.text;
    const link = 'of' in text ? linkOf.get(`${text.of}/diff`) : undefined;
    return link ?? state.newLinkId();
  };
  for (const { id, names, link, lower, mounted } of view.layers) {
    const layer = new Layer(id);
    if (names.includes('diff')) layer.diff = anyTree();
    if (names.includes('merged')) layer.merged = anyTree();
    layer.link = link && textOf(link);
    layer.lower = lower && parseLower(lower.map((it) => prefix(it, textOf(it))).join(':'));
    layer.work = names.includes('work');
    layer.committed = names.includes('committed');
    layer.incomplete = names.includes('incomplete');
    const whiteout = newNode('character', 0);
    const isWritable = !layer.committed;
    const trees = layer.diff === undefined ? [] : [layer.diff];
    if (mounted) layer.mount = { trees, isWritable, isPlain: false, whiteout, isKnown: false };
    state.layers.set(id, layer);
  }
  state.isLost = false;
}

function prefix(text: LinkText, link: string): string {
  return 'text' in text ? text.text : `l/${link}`;
}
