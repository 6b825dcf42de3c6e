import type { Operation, OperationName, TamperPart, TamperTo } from '../commands/operation.js';
import { generateArchive } from './generate-archive.js';
import { generateChange } from './generate-change.js';
import type { SeededRandom } from './random.js';
import type { Shadow, ShadowLayer } from './shadow.js';

/** What operations are made with. */
export interface Workshop {
  readonly random: SeededRandom;
  readonly shadow: Shadow;
  readonly ids: readonly string[];
  /** Ids that a careful driver refuses; most sequences have none. */
  readonly oddIds: readonly string[];
}

const ODD_PERCENT = 12;
const WILD_PERCENT = 8;
/** How often what was damaged or removed last is named next. */
const AGAIN_PERCENT = 30;
const LABELS: readonly string[] = ['system_u:object_r:svirt_sandbox_file_t:s0:c1,c2', 'q"u'];

/** What storage options may be asked for. */
const STORAGE: readonly (readonly (readonly [key: string, value: string])[])[] = [
  [['size', '1G']],
  [['SIZE', '1G']],
  [['size', '0']],
  [['Size', '0']],
  [['foo', 'bar']],
  [['size', 'much']],
  [
    ['size', '1'],
    ['SIZE', '0'],
  ],
  [],
];

/**
 * Makes one operation of a kind and notes what it most likely does.
 *
 * @internal
 */
export function generateOperation(shop: Workshop, name: OperationName): Operation {
  return (MAKE[name] as (shop: Workshop) => Operation)(shop);
}

const MAKE: Readonly<{
  [Name in OperationName]: (shop: Workshop) => Extract<Operation, { op: Name }>;
}> = {
  create(shop) {
    const { random, shadow } = shop;
    const id = newId(shop);
    const parent = chooseParent(shop);
    shadow.create(id, parent);
    const storage = random.percent(5) ? { storage: random.pick(STORAGE) } : {};
    return { op: 'create', id, parent, readWrite: random.percent(40), ...storage };
  },
  remove(shop) {
    const id = oldId(shop);
    shop.shadow.remove(id);
    return { op: 'remove', id };
  },
  get(shop) {
    const id = oldId(shop, (layer) => layer.parent !== '' || shop.random.percent(30));
    shop.shadow.get(id);
    return shop.random.percent(3)
      ? { op: 'get', id, label: shop.random.pick(LABELS) }
      : { op: 'get', id };
  },
  put(shop) {
    const id = oldId(shop, ({ users }) => users > 0);
    shop.shadow.put(id);
    return { op: 'put', id };
  },
  exists: (shop) => ({ op: 'exists', id: oldId(shop) }),
  metadata: (shop) => ({ op: 'metadata', id: oldId(shop) }),
  status: () => ({ op: 'status' }),
  cleanup: () => ({ op: 'cleanup' }),
  apply(shop) {
    const { random, shadow } = shop;
    const id = oldId(shop);
    const paths = shadow.layers.get(id)?.paths ?? new Set<string>();
    const archive = generateArchive(random, paths);
    return { op: 'apply', id, parent: parentOf(shop, id), archive };
  },
  diff: (shop) => ({ op: 'diff', ...layerAndParent(shop) }),
  diffSize: (shop) => ({ op: 'diffSize', ...layerAndParent(shop) }),
  changes: (shop) => ({ op: 'changes', ...layerAndParent(shop) }),
  transfer(shop) {
    const from = oldId(shop);
    const to = oldId(shop, ({ id, parent }) => id !== from && parent === parentIn(shop, from));
    return {
      op: 'transfer',
      from,
      fromParent: parentOf(shop, from),
      to,
      toParent: parentOf(shop, to),
    };
  },
  file(shop) {
    const id = oldId(shop, ({ hasTree, users, parent }) => hasTree && (users > 0 || parent === ''));
    const paths = shop.shadow.layers.get(id)?.paths ?? new Set<string>();
    return { op: 'file', id, change: generateChange(shop.random, paths) };
  },
  walk: (shop) => ({ op: 'walk', id: oldId(shop, ({ hasTree }) => hasTree) }),
  restart: ({ random }) => ({ op: 'restart', process: random.percent(50) ? 'same' : 'new' }),
  umount: (shop) => ({ op: 'umount', id: oldId(shop, ({ users }) => users > 0) }),
  tamper(shop) {
    const id = oldId(shop);
    shop.shadow.damaged = id;
    const [part, to] = chooseDamage(shop);
    return { op: 'tamper', id, part, to };
  },
};

/** An id that most likely is free. */
function newId({ random, shadow, ids, oddIds }: Workshop): string {
  if (oddIds.length > 0 && random.percent(ODD_PERCENT)) return random.pick(oddIds);
  if (shadow.removed !== undefined && random.percent(AGAIN_PERCENT)) return shadow.removed;
  const start = random.below(ids.length);
  if (random.percent(WILD_PERCENT)) return random.pick(ids);
  for (let i = 0; i < ids.length; i++) {
    const id = ids[(start + i) % ids.length] as string;
    if (!shadow.layers.has(id)) return id;
  }
  return random.pick(ids);
}

/** An id that most likely is a layer's, if possible of one that fits. */
function oldId(
  { random, shadow, ids, oddIds }: Workshop,
  fits?: (layer: ShadowLayer) => boolean,
): string {
  if (oddIds.length > 0 && random.percent(ODD_PERCENT)) return random.pick(oddIds);
  const { damaged } = shadow;
  if (damaged !== undefined && random.percent(AGAIN_PERCENT)) return damaged;
  if (random.percent(WILD_PERCENT)) return random.pick(ids);
  return (shadow.some(random, fits) ?? shadow.some(random))?.id ?? random.pick(ids);
}

function chooseParent(shop: Workshop): string {
  const { random, shadow } = shop;
  const share = random.below(100);
  const { damaged } = shadow;
  if (damaged !== undefined && share >= AGAIN_PERCENT && share < 2 * AGAIN_PERCENT) return damaged;
  if (share < 30 || (share < 90 && shadow.layers.size === 0)) return '';
  if (share < 93) return shadow.some(random)?.id ?? '';
  if (share < 96) return random.pick(['ghost', ...shop.ids]);
  return oldId(shop);
}

/** The parent of a layer, for calls that ask for it; sometimes another one. */
function parentOf(shop: Workshop, id: string): string {
  const { random } = shop;
  if (random.percent(80)) return parentIn(shop, id);
  return random.percent(50) ? '' : oldId(shop);
}

function parentIn({ shadow }: Workshop, id: string): string {
  return shadow.layers.get(id)?.parent ?? '';
}

function layerAndParent(shop: Workshop): { readonly id: string; readonly parent: string } {
  const id = oldId(shop);
  return { id, parent: parentOf(shop, id) };
}

/**
 * Chooses what becomes of a part; a text names another layer where it can.
 *
 * @internal
 */
export function chooseDamage(shop: Workshop): readonly [part: TamperPart, to: TamperTo] {
  const { random } = shop;
  const other = shop.shadow.some(random)?.id ?? random.pick(shop.ids);
  const texts: Readonly<Record<TamperPart, readonly TamperTo[]>> = {
    link: [
      'missing',
      'empty',
      'empty',
      { text: `../${other}` },
      { text: `../${other}` },
      { text: '.' },
      { text: `{link:${other}}` },
      { text: `{link:${other}}\n` },
      { text: 'garbage' },
    ],
    lower: [
      'missing',
      'empty',
      { text: 'l' },
      { text: `l/{link:${other}}` },
      { text: `l/{link:${other}}:l/{link:${other}}` },
      { text: `l/{link:${other}}:` },
      { text: 'garbage' },
    ],
    committed: ['missing', 'empty', { text: 'x' }],
    symlink: ['missing', { text: `../${other}/diff` }, { text: 'ghost' }],
    diff: ['missing', 'empty', { text: 'x' }],
    work: ['missing', 'empty'],
  };
  const part = random.weighted<TamperPart>([
    [14, 'link'],
    [7, 'lower'],
    [3, 'committed'],
    [4, 'symlink'],
    [3, 'diff'],
    [2, 'work'],
  ]);
  return [part, random.pick(texts[part])];
}
