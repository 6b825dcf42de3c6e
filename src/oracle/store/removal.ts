import { type Core, joinPath, type Layer } from './state.js';

/** QUIRK: Q-22: what begins with the same letters is unmounted too. */
export function unmountBelow({ state, rules }: Core, key: string): void {
  for (const layer of state.layers.values()) {
    const isMeant =
      layer.key === key || (!rules.wholeNames && `${layer.key}/merged`.startsWith(key));
    if (isMeant) layer.mount = undefined;
  }
}

/** QUIRK: Q-21: whatever `link` names below `l/` is deleted. */
export function removeLink({ state, rules }: Core, { key, link }: Layer): void {
  if (link === undefined || link === '') return;
  if (rules.strict) {
    if (state.links.get(link) === `../${key}/diff`) state.links.delete(link);
    return;
  }
  if (state.links.delete(link)) return;
  const path = joinPath('l', link);
  const other = state.layers.get(path);
  if (path === 'l') {
    state.links.clear();
    state.hasLinkDir = false;
  } else if (other !== undefined) state.destroy(other);
  else if (/^l\/[^/]*$/.test(path)) state.links.delete(path.slice(2));
  else state.isLost = true;
}
