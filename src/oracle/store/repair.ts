import { type Core, type Layer, parseLower, pathOfLink } from './state.js';

/** A writing Init puts right what damage it can: docs/profiles.md, "Repair". */
export function repair({ state }: Core): void {
  const linked = new Set([...state.layers.values()].map(({ link }) => link));
  for (const [link, target] of state.links) {
    const layer = state.layerOfDiff(pathOfLink(target));
    if (layer?.diff === undefined && !linked.has(link)) state.links.delete(link);
    else if (layer !== undefined && target === `../${layer.key}/diff`) layer.link ||= link;
  }
  const owners = new Map<string, Layer>();
  for (const layer of state.layers.values()) {
    if (layer.link === undefined) continue;
    owners.set(`l/${layer.link}`, layer);
    const target = `../${layer.key}/diff`;
    if (parseLower(`l/${layer.link}`).isSound && !state.links.has(layer.link)) {
      state.links.set(layer.link, target);
    }
  }
  for (const { lower } of state.layers.values()) {
    const parent = owners.get(lower?.elements[0] ?? '');
    if (parent !== undefined) parent.committed = true;
  }
}
