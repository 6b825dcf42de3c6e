import { type Core, isLinkId, type Layer, loseForGood, pathOfLink } from './state.js';

/** A writing Init puts right what damage it can: docs/profiles.md, "Repair". */
export function repair(core: Core): void {
  const { state } = core;
  const guessed = new Set<Layer>();
  for (const [link, target] of state.links) {
    const layer = state.layerOfDiff(pathOfLink(target));
    if (layer === undefined || target !== `../${layer.key}/diff`) continue;
    if (layer.link === undefined || layer.link === '') layer.link = link;
    // Which of two symlinks to a layer is taken for its own is a matter of their names.
    else if (guessed.has(layer)) loseForGood(core);
    else continue;
    guessed.add(layer);
  }
  const linked = new Set([...state.layers.values()].map(({ link }) => link));
  for (const [link, target] of state.links) {
    const layer = state.layerOfDiff(pathOfLink(target));
    if (layer?.diff === undefined && !linked.has(link)) state.links.delete(link);
  }
  const owners = new Map<string, Layer>();
  for (const layer of [...state.layers.values()].sort((a, b) => (a.key < b.key ? -1 : 1))) {
    if (layer.link === undefined || !isLinkId(layer.link)) continue;
    owners.set(`l/${layer.link}`, layer);
    if (!state.links.has(layer.link)) state.links.set(layer.link, `../${layer.key}/diff`);
  }
  for (const { lower } of state.layers.values()) {
    const parent = owners.get(lower?.elements[0] ?? '');
    if (parent !== undefined) parent.committed = true;
  }
}
