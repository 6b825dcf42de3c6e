import { anything, type Allowed, errno, refusal, type World } from '../model/facts.js';
import {
  byteLength,
  type Core,
  joinPath,
  pathOfLink,
  type Layer,
  type Lower,
  type Miss,
} from './state.js';
import { newNode, type Node, Tree } from '../trees/tree.js';
import type { Union } from '../trees/union.js';

/** Of `l/` and a link id. */
const ELEMENT_BYTES = 28;

const SPECIAL = /[:,\\]/;

/** What becomes of an attempt to mount a layer: a mount, or the only answer that is left. */
export type Attempt =
  { readonly mount: Union; readonly outcome: string } | { readonly no: Allowed };

/** Mounts nothing yet; says what mounting a layer would give. */
export function attemptMount(core: Core, layer: Layer, label: string): Attempt {
  const { strict, world, sparedBytes } = core.rules;
  if (layer.isOdd) return { no: anything('a file in place of a directory') };
  if (!strict && isUnescaped(core, layer)) {
    if (isOther(core, layer)) return { no: anything('Q-16') };
    return { no: { outcome: 'Q-16', rule: 'Q-16', failure: { code: 'syscall' } } };
  }
  const page = world.pageSize - sparedBytes;
  const isLimited = !strict || world.pageLimited;
  let length = dataLength(core, layer, label, false);
  const isRelative = isLimited && length > page;
  if (isRelative) length = dataLength(core, layer, label, true);
  if (isLimited && length > page) return { no: refusal('label-too-large', 'Q-17') };

  const trees = treesOf(core, layer);
  const isCut = length >= world.pageSize && isLimited;
  const areThere = trees !== 'ENOENT' && trees !== 'unknown';
  if (label !== '' && !world.labels) return { no: unlabelled(areThere, isCut ? 'Q-17' : 'labels') };
  if (isCut) return { no: label === '' ? errno('ENOENT', 'Q-17') : anything('Q-17') };
  if (trees === 'ENOENT') return { no: errno('ENOENT', 'a lower is missing') };
  if (trees === 'ELOOP') {
    const rule = 'layers overlap';
    return { no: world.allowsOverlap === true ? anything(rule) : errno('ELOOP', rule) };
  }
  if (trees === 'unknown') return { no: anything('a lower is no layer') };
  return {
    mount: {
      trees,
      isWritable: !layer.committed,
      isPlain: false,
      marksRedirects: world.marksRedirects === true,
      marksNew: world.marksNewDirectories === true,
      whiteout: world.sharedWhiteouts ? newNode('character', 0) : undefined,
      isKnown: trees.every((tree) => tree.isKnown) && !mayHide(world, trees),
    },
    outcome: isRelative ? 'mounted relative' : 'mounted',
  };
}

/** Copied up, an opaque directory shows all until the next mount, where the kernel copies marks. */
function mayHide({ copiesOpaque }: World, [, ...lowers]: readonly Tree[]): boolean {
  return copiesOpaque === true && lowers.some(({ root }) => holdsOpaque(root));
}

function holdsOpaque({ children }: Node): boolean {
  return [...(children?.values() ?? [])].some((node) => node.opaque || holdsOpaque(node));
}

/** Without SELinux the kernel knows no `context`; it says so after looking for the layers. */
function unlabelled(areThere: boolean, rule: string): Allowed {
  if (areThere) return errno('EINVAL', rule);
  return { outcome: 'EINVAL', rule, failure: { code: 'syscall' } };
}

/** characters that the kernel reads as more than themselves. */
function isUnescaped({ rules: { world } }: Core, { key, committed }: Layer): boolean {
  if (SPECIAL.test(world.home)) return true;
  return committed ? SPECIAL.test(key) : /[,\\]/.test(key);
}

/** read so, the path may be that of another layer. */
function isOther({ state }: Core, { key }: Layer): boolean {
  return state.layers.has(key.replaceAll(/\\(.)/g, '$1')) && key.includes('\\');
}

/** Counts the bytes of mount data: reference, section 9.2. */
function dataLength(
  { rules: { world, strict } }: Core,
  layer: Layer,
  label: string,
  isShort: boolean,
): number {
  const escaped = (text: string): number => byteLength(text) + (strict ? escapes(text) : 0);
  const home = isShort ? 0 : escaped(world.home) + 1;
  const own = home + escaped(layer.key);
  const elements = layer.lower?.elements ?? [];
  let lowers = layer.lower === undefined ? own + '/merged'.length : elements.length - 1;
  if (layer.lower?.isSound === true) lowers += elements.length * (home + ELEMENT_BYTES);
  else for (const it of elements) lowers += isShort ? byteLength(it) : absoluteLength(home, it);
  const context = label === '' ? 0 : byteLength(label) + (label.match(/["\\]/g)?.length ?? 0) + 11;
  const prefix = (world.indexOff ? 'index=off,'.length : 0) + 'lowerdir='.length + context;
  if (layer.committed) return prefix + own + '/diff:'.length + lowers;
  return prefix + lowers + ',upperdir=/diff,workdir=/work'.length + 2 * own;
}

function absoluteLength(home: number, element: string): number {
  const path = element.startsWith('l/') ? element : joinPath(element);
  return path === '' ? home - 1 : home + byteLength(path);
}

function escapes(text: string): number {
  return text.match(/[:,\\]/g)?.length ?? 0;
}

/** Gives the layers of a mount, uppermost first, or the errno of the kernel. */
function treesOf(core: Core, layer: Layer): readonly Tree[] | 'ENOENT' | 'ELOOP' | 'unknown' {
  const { diff, work, committed, lower } = layer;
  const places = (lower?.elements ?? []).map((element) => treeAt(core, element));
  if (places.includes('unknown')) return 'unknown';
  // Every layer is looked for before any is compared with another.
  if (diff === undefined || (!committed && !work) || places.includes('ENOENT')) return 'ENOENT';
  const trees = [diff, ...places.map((it) => (typeof it === 'string' ? anyTree() : it))];
  const homes = places.filter((it) => it === 'home').length;
  const linkDirs = places.filter((it) => it === 'l').length;
  // QUIRK: the home holds everything, so that it overlaps whatever else is a lower.
  const others = places.length - (committed ? -1 : 0);
  const isSame = new Set(trees).size < trees.length;
  return isSame || (homes > 0 && others > 1) || linkDirs > 1 ? 'ELOOP' : trees;
}

/** Finds what an element of a lower leads to. */
function treeAt({ state }: Core, element: string): Tree | 'ENOENT' | 'home' | 'l' | 'unknown' {
  const cleaned = joinPath(element);
  if (cleaned === '') return 'home';
  if (!state.hasLinkDir) return 'ENOENT';
  if (cleaned === 'l') return 'l';
  const target = element.startsWith('l/') ? state.links.get(element.slice(2)) : undefined;
  const isName = element.startsWith('l/') && !element.includes('/', 2);
  if (isName && target === undefined) return 'ENOENT';
  if (target?.startsWith('/') === true) return 'unknown';
  const path = target === undefined ? joinPath(element) : pathOfLink(target);
  const [key = '', name, ...deeper] = path.split('/');
  const layer = state.layers.get(key);
  if (layer === undefined) return state.strays.includes(key) || key === 'l' ? 'unknown' : 'ENOENT';
  if (name !== 'diff' || deeper.length > 0 || layer.isOdd) return 'unknown';
  return layer.diff ?? 'ENOENT';
}

/** A tree of which nothing is known. */
export function anyTree(): Tree {
  const tree = new Tree();
  tree.isKnown = false;
  return tree;
}

/** Gives the paths of a layer's lowers below the home, or why one of them cannot be told. */
export function resolveLowers(
  { state }: Core,
  { elements }: Lower,
): readonly string[] | 'EINVAL' | 'ENOENT' | 'unknown' {
  const paths: string[] = [];
  for (const element of elements) {
    const cleaned = joinPath(element);
    if (cleaned === 'l' && state.hasLinkDir !== true)
      return state.hasLinkDir === false ? 'ENOENT' : 'unknown';
    if (cleaned === '' || cleaned === 'l') return 'EINVAL';
    if (!element.startsWith('l/') || cleaned !== element) return 'unknown';
    const target = state.links.get(element.slice(2));
    if (target === undefined) return 'ENOENT';
    paths.push(pathOfLink(target));
  }
  return paths;
}

/** QUIRK: Q-23: an id that nobody knows is a layer without lowers. */
export function isParent(core: Core, layer: Layer | Miss, parent: string): boolean {
  if (layer === 'ENOENT') return parent === '';
  if (typeof layer === 'string') return false;
  if (layer.lower === undefined) return parent === '';
  const lowers = resolveLowers(core, layer.lower);
  if (typeof lowers === 'string' || parent === '') return false;
  return lowers[0]?.replace(/\/?[^/]*$/, '') === joinPath(parent);
}
