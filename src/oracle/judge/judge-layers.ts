import type { Answer, HomeView, LayerView, LinkText } from '../commands/answer.js';
import { lookAtHome } from '../commands/look-at-home.js';
import type { Operation } from '../commands/operation.js';
import { OperationRunner } from '../commands/run-operation.js';
import type { SequenceTarget } from '../targets/sequence-target.js';
import { formatLink } from './compare-homes.js';
import type { Divergence } from './divergence.js';
import type { LayerLaw } from './laws/layer-law.js';
import { learnLayer } from './laws/learn-layer.js';
import type { Judging } from './run-sequence.js';

const NOTHING: Answer = { ok: true, value: { kind: 'nothing' } };

/** Where a run ended that left the layers which are judged. */
export interface LayersAt {
  readonly last: Operation;
  readonly index: number;
  /** How many layers are judged at most. */
  readonly layersMax: number;
}

/**
 * Holds layers of a home that nobody else has changed against laws. Afterwards the home is of no
 * use: other layers were made beside them.
 *
 * @returns the first breach.
 * @throws what is no failure of an operation.
 * @internal
 */
export async function judgeLayers(
  target: SequenceTarget,
  { profile, world }: Omit<Judging, 'model'>,
  laws: readonly LayerLaw[],
  { last, index, layersMax }: LayersAt,
): Promise<Divergence | undefined> {
  // Every law of layers is held against what the driver tells of changes, sizes and archives.
  if (!target.capabilities.diff) return undefined;
  // The seed's counts may be stale; a new process knows none.
  if (profile !== 'strict' && !(await isRestarted(target))) return undefined;
  const view = await lookAtHome(target);
  const held = laws.filter(({ profiles }) => profiles.includes(profile));
  for (const [i, { id, parent }] of chooseLayers(view, layersMax).entries()) {
    const prefix = `law-${i}`;
    const facts = await learnLayer({ target, profile, world, id, parent, prefix });
    if (facts === undefined) continue;
    for (const { name, judge } of held) {
      const difference = judge(facts);
      if (difference === undefined) continue;
      return {
        kind: 'layer',
        index,
        operation: last,
        answer: NOTHING,
        rule: `law ${name}`,
        signature: `law ${name}`,
        differences: [difference],
        isDisturbed: false,
      };
    }
  }
  return undefined;
}

async function isRestarted(target: SequenceTarget): Promise<boolean> {
  return (await new OperationRunner(target).run({ op: 'restart', process: 'new' })).ok;
}

/** Gives whole layers of whole parents, their chains free of loops; the longest chains first. */
function chooseLayers(
  { layers }: HomeView,
  layersMax: number,
): readonly { readonly id: string; readonly parent: string }[] {
  const whole = new Map(layers.filter(isWhole).map((layer) => [layer.id, layer]));
  const chosen: { readonly id: string; readonly parent: string; readonly depth: number }[] = [];
  for (const { id, lower = [] } of whole.values()) {
    const [below, ...rest] = lower;
    const parent = below === undefined ? '' : 'of' in below ? below.of : undefined;
    if (parent === undefined || (parent !== '' && !whole.has(parent))) continue;
    // A parent that was made again may have another chain than its children know of.
    const isOfParent = tellChain(rest) === tellChain(whole.get(parent)?.lower ?? []);
    const chain = [{ of: id }, ...lower].map(formatLink);
    if (!isOfParent || new Set(chain).size < chain.length) continue;
    chosen.push({ id, parent, depth: lower.length });
  }
  chosen.sort((a, b) => b.depth - a.depth);
  return chosen.slice(0, layersMax);
}

function tellChain(lower: readonly LinkText[]): string {
  return lower.map(formatLink).join(':');
}

function isWhole({ id, link, names }: LayerView): boolean {
  const isLinked = link !== undefined && 'of' in link && link.of === id;
  return isLinked && names.includes('diff') && !names.includes('incomplete');
}
