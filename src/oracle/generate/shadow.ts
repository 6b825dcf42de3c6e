import type { SeededRandom } from './random.js';

/** What the generator believes of a layer. */
export interface ShadowLayer {
  readonly id: string;
  readonly parent: string;
  users: number;
  /** Whether a Get has given its tree. */
  hasTree: boolean;
  /** Paths that its tree may have, directories among them with a slash at their end. */
  readonly paths: Set<string>;
}

/**
 * What the generator remembers of a sequence that it is making, so that most operations find what
 * they need. It guesses: nothing is wrong if a driver does something else.
 *
 * @internal
 */
export class Shadow {
  readonly layers = new Map<string, ShadowLayer>();
  /** The layer that somebody damaged last, which is worth another look. */
  damaged: string | undefined;
  /** The layer that was removed last, whose id is worth another use. */
  removed: string | undefined;

  create(id: string, parent: string): void {
    const below = this.layers.get(parent);
    if (parent !== '' && below === undefined) return;
    if (this.layers.has(id)) return;
    const paths = new Set(below?.paths);
    this.layers.set(id, { id, parent, users: 0, hasTree: false, paths });
  }

  remove(id: string): void {
    if (this.layers.delete(id)) this.removed = id;
  }

  get(id: string): void {
    const layer = this.layers.get(id);
    if (layer === undefined) return;
    layer.users += 1;
    layer.hasTree = true;
  }

  put(id: string): void {
    const layer = this.layers.get(id);
    if (layer !== undefined && layer.users > 0) layer.users -= 1;
  }

  /** One of the layers that fit, if there is any. */
  some(
    random: SeededRandom,
    fits: (layer: ShadowLayer) => boolean = () => true,
  ): ShadowLayer | undefined {
    const fitting: ShadowLayer[] = [];
    for (const layer of this.layers.values()) if (fits(layer)) fitting.push(layer);
    return fitting.length === 0 ? undefined : random.pick(fitting);
  }
}
