import { type Allowed, refusal } from '../model/facts.js';
import type { Core, Layer } from '../store/state.js';

/** What a command answers where no layer, or more than one, begins with an id. */
export const UNKNOWN: readonly Allowed[] = [refusal('unknown-layer', 'C-05')];

/** Finds the layer of an id, else the only one whose id begins so. */
export function lookUp({ state }: Core, id: string): Layer | undefined {
  const layer = state.layers.get(id);
  if (layer !== undefined || id === '') return layer;
  const all = [...state.layers.values()].filter(({ key }) => key.startsWith(id));
  return all.length === 1 ? all[0] : undefined;
}

/** Whether an id is not a layer's own, so that the driver below finds nothing by it. */
export function isShort(layer: Layer, id: string): boolean {
  return layer.key !== id;
}
