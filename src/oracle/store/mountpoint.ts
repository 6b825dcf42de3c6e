import { type Core, type Layer, lose } from './state.js';

/** Layers that lie on others are mounted; in strict a base too, once it may not be written to. */
export function isMounting({ rules }: Core, { lower, committed }: Layer): boolean {
  return lower !== undefined || (rules.strict && committed);
}

/** Takes the directory that a layer is mounted on away, where it is empty. */
export function takeMountpoint(core: Core, layer: Layer): void {
  if (layer.merged?.isKnown === false) lose(core);
  if (!isLeft(layer)) layer.merged = undefined;
}

/** Tells whether somebody wrote to the directory itself, while nothing was mounted on it. */
export function isLeft({ merged }: Layer): boolean {
  return merged !== undefined && merged.root.children?.size !== 0;
}

/** Tells whether putting what was got does more than that: to a mount of others, or not at all. */
export function isOff(core: Core, layer: Layer): boolean {
  return isLeft(layer) || (layer.mount !== undefined && !isMounting(core, layer));
}
