import type { Operation } from '../commands/operation.js';
import { newNode, Tree } from '../trees/tree.js';
import { type Core, isLinkId, joinPath, type Layer, lose, parseLower } from './state.js';

type Tampering = Extract<Operation, { op: 'tamper' }>;

/** A symlink goes first and is made again then, which may fail. */
export function damageHalf({ state }: Core, { link }: Layer, { part, to }: Tampering): void {
  if (part === 'symlink' && to !== 'missing' && link !== undefined) state.links.delete(link);
}

/** Does what somebody did to a layer's metadata. */
export function damage(core: Core, layer: Layer, { part, to }: Tampering): void {
  const text = to === 'missing' ? undefined : to === 'empty' ? '' : expand(core, to.text);
  if (part === 'link') layer.link = text;
  else if (part === 'lower') layer.lower = text === undefined ? undefined : parseLower(text);
  else if (part === 'committed') layer.committed = text !== undefined;
  else if (part === 'symlink') damageSymlink(core, layer.link ?? '', text);
  else damageDirectory(core, layer, part, text);
}

function damageSymlink(core: Core, link: string, target: string | undefined): void {
  if (!isLinkId(link)) lose(core);
  else if (target === undefined) core.state.links.delete(link);
  else core.state.links.set(link, target);
}

/** A directory goes, is made anew, or becomes a file, of which the model knows nothing. */
function damageDirectory(
  core: Core,
  layer: Layer,
  part: 'diff' | 'work',
  text: string | undefined,
): void {
  const isOdd = text !== undefined && text !== '';
  layer.odd = [...layer.odd.filter((it) => it !== part), ...(isOdd ? [part] : [])];
  if (layer.mount !== undefined) layer.mount.isKnown = false;
  if (part === 'work') layer.work = text !== undefined;
  if (part === 'work' || layer.diff === undefined) return;
  core.state.disturb(layer.diff);
  layer.diff = undefined;
  if (text === undefined) return;
  layer.diff = new Tree(newNode('directory', 0o755 & ~core.rules.world.umask));
  layer.diff.isKnown = !isOdd;
}

function expand(core: Core, text: string): string {
  return text.replaceAll(/\{link:([^}]*)\}/g, (_whole, id: string) => {
    const layer = core.state.layers.get(joinPath(id));
    if (layer === undefined) lose(core);
    return layer?.link ?? '';
  });
}
