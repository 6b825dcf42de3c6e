import { LINK_DIR, LOWER, WORK } from '../layers/layout.js';
import { LOWERS_MAX } from '../layers/limits.js';
import type { Flaw } from './flaw.js';
import { isEmptyLayer } from './link-flaws.js';
import type { Mend } from './mend.js';
import { leadsToDiff, linksOf, parseChain, type StoreIndex } from './store-index.js';
import type { SurveyLayer } from './survey.js';

const LOWER_MODE = 0o644;

/**
 * Finds what is wrong with the `lower` files: each is the parent's link and the parent's `lower`.
 *
 * @public
 * @since 0.1.0
 */
export function* chainFlaws(index: StoreIndex): Generator<Flaw> {
  for (const layer of index.layers.values()) {
    if (isEmptyLayer(layer)) continue;
    const { name, lower, entries } = layer;
    const entry = entries.get(LOWER);
    const flaw = { layer: name, path: `${name}/${LOWER}` };
    if (entry === undefined) yield* missingFlaws(index, layer);
    else if (lower === undefined) {
      const found = `lower is no regular file but a ${entry.kind}`;
      yield { ...flaw, rule: 'lower-malformed', found };
    } else if (lower === '') {
      yield { ...flaw, rule: 'lower-empty', found: 'lower is empty', ...fromChild(index, layer) };
    } else if (parseChain(lower) === undefined) {
      const bad = lower.split(':').find((part) => parseChain(part) === undefined) ?? '';
      const found = `lower has the entry ${JSON.stringify(bad)}`;
      yield { ...flaw, rule: 'lower-malformed', found, ...fromChild(index, layer) };
    } else yield* entryFlaws(index, layer, index.chains.get(name) ?? []);
  }
}

function* missingFlaws(index: StoreIndex, layer: SurveyLayer): Generator<Flaw> {
  const { name, entries } = layer;
  const known = chainKnownToChild(index, layer);
  const hasWork = entries.get(WORK)?.kind === 'directory';
  if (known === '' || (known === undefined && !hasWork)) return;
  const found = hasWork ? 'there is a work directory and no lower file' : 'there is no lower file';
  yield {
    rule: 'lower-missing',
    layer: name,
    path: `${name}/${LOWER}`,
    found,
    ...fromChild(index, layer),
  };
}

function* entryFlaws(
  index: StoreIndex,
  layer: SurveyLayer,
  chain: readonly string[],
): Generator<Flaw> {
  const { name, link, lower } = layer;
  const flaw = { layer: name, path: `${name}/${LOWER}` };
  if (chain.length > LOWERS_MAX) {
    yield { ...flaw, rule: 'lower-too-deep', found: `lower has ${chain.length} entries` };
  }
  const twice = chain.find((entry, i) => entry === link || chain.indexOf(entry) !== i);
  if (twice !== undefined) {
    const what = twice === link ? 'the layer itself' : 'the same layer twice';
    yield { ...flaw, rule: 'lower-cycle', found: `lower names ${what} by l/${twice}` };
  }
  const dangling = chain.filter((entry) => !leadsToDiff(index, entry));
  const [first] = dangling;
  if (first !== undefined) {
    const more = dangling.length > 1 ? ` and ${dangling.length - 1} more` : '';
    const found = `lower names l/${first}${more}, which leads to no layer`;
    yield { ...flaw, rule: 'lower-dangling', found };
  }
  const [parent, ...others] = index.namedBy.get(chain[0] ?? '') ?? [];
  if (parent === undefined || others.length > 0 || twice !== undefined) return;
  const isParentSound = parent.lower === undefined || index.chains.has(parent.name);
  if (!isParentSound) return;
  const right = [`${LINK_DIR}/${chain[0] ?? ''}`, ...(parent.lower ?? '').split(':')]
    .filter((entry) => entry !== '')
    .join(':');
  // A parent that lost its file is told of there; its children are whole.
  const isParentCut = parent.lower === undefined && chain.length > 1;
  if (lower === right || isParentCut) return;
  const found = `lower is not that of its parent ${parent.name} with the parent in front`;
  yield { ...flaw, rule: 'lower-differs', found };
}

/** The `lower` of a layer as all of its children repeat it; `''` for a base, else undefined. */
function chainKnownToChild(index: StoreIndex, layer: SurveyLayer): string | undefined {
  const { name } = layer;
  const links = linksOf(index, layer);
  let known: string | undefined;
  for (const [id, chain] of index.chains) {
    if (id === name || !links.includes(chain[0] ?? '')) continue;
    const rest = chain.slice(1).map((entry) => `${LINK_DIR}/${entry}`);
    const text = rest.join(':');
    if (known !== undefined && known !== text) return undefined;
    known = text;
  }
  return known;
}

function fromChild(index: StoreIndex, layer: SurveyLayer): { mend?: Mend } {
  const known = chainKnownToChild(index, layer);
  const path = `${layer.name}/${LOWER}`;
  const before = layer.lower ?? null;
  if (known === undefined) return {};
  if (known !== '') {
    return { mend: { kind: 'write-file', path, before, after: known, mode: LOWER_MODE } };
  }
  // A base has no such file at all; one with a work directory is a riddle, and is left.
  const isBase = !layer.entries.has(WORK) && before !== null;
  return isBase ? { mend: { kind: 'set-aside', path } } : {};
}
