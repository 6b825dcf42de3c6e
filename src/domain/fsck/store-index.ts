import { COMMITTED, DIFF, LINK, LINK_DIR, LOWER, MERGED, WORK } from '../layers/layout.js';
import { isLinkId } from '../layers/link-id.js';
import type { StoreSurvey, SurveyLayer, SurveyLink } from './survey.js';

const TARGET = /^\.\.\/([^/]+)\/diff$/;
const LAYER_FILES: readonly string[] = [DIFF, LINK, LOWER, WORK, MERGED, COMMITTED];

/**
 * A survey, and what its names mean to one another.
 *
 * @public
 * @since 0.1.0
 */
export interface StoreIndex {
  readonly survey: StoreSurvey;
  readonly layers: ReadonlyMap<string, SurveyLayer>;
  /** Symlinks of `l/` with the name of a link id. */
  readonly symlinks: ReadonlyMap<string, SurveyLink>;
  /** Which layers' `link` holds a link id; more than one where they are damaged. */
  readonly namedBy: ReadonlyMap<string, readonly SurveyLayer[]>;
  /** Entries of well-formed `lower` files, as link ids, uppermost first. */
  readonly chains: ReadonlyMap<string, readonly string[]>;
  /** Link ids that some well-formed `lower` names, each with one layer that does. */
  readonly lowerUsers: ReadonlyMap<string, string>;
  /** Layers that are mounted here or in another mount namespace. */
  readonly mounted: ReadonlySet<string>;
  /** Whether the home holds the files of a layer with an empty id. */
  readonly isLayerItself: boolean;
}

/**
 * Works out what the names in a home mean to one another.
 *
 * @public
 * @since 0.1.0
 */
export function indexStore(survey: StoreSurvey): StoreIndex {
  const isLayerItself = survey.entries.some(({ name, kind }) => name === LINK && kind === 'file');
  const layers = survey.layers.filter(({ name }) => !isLayerItself || !LAYER_FILES.includes(name));
  const chains = new Map<string, readonly string[]>();
  const lowerUsers = new Map<string, string>();
  const namedBy = new Map<string, SurveyLayer[]>();
  for (const layer of layers) {
    const { name, link, lower } = layer;
    if (link !== undefined && isLinkId(link)) {
      namedBy.set(link, [...(namedBy.get(link) ?? []), layer]);
    }
    const chain = lower === undefined ? undefined : parseChain(lower);
    if (chain === undefined) continue;
    chains.set(name, chain);
    for (const entry of chain) if (!lowerUsers.has(entry)) lowerUsers.set(entry, name);
  }
  return {
    survey,
    layers: new Map(layers.map((layer) => [layer.name, layer])),
    symlinks: new Map(
      (survey.links ?? [])
        .filter(({ name, target }) => isLinkId(name) && target !== undefined)
        .map((link) => [link.name, link]),
    ),
    namedBy,
    chains,
    lowerUsers,
    mounted: mountedLayers(survey, layers),
    isLayerItself,
  };
}

/**
 * Gives the link ids of a `lower` file, uppermost first; undefined where an entry is none.
 *
 * @public
 * @since 0.1.0
 */
export function parseChain(lower: string): readonly string[] | undefined {
  const chain: string[] = [];
  for (const entry of lower.split(':')) {
    const link = entry.slice(LINK_DIR.length + 1);
    if (!entry.startsWith(`${LINK_DIR}/`) || !isLinkId(link)) return undefined;
    chain.push(link);
  }
  return chain;
}

/**
 * Gives the id of the layer that a target of a symlink has the form of; undefined for another one.
 *
 * @public
 * @since 0.1.0
 */
export function targetLayer(target: string): string | undefined {
  return TARGET.exec(target)?.[1];
}

/**
 * Tells whether a link id leads through `l/` to a `diff` that is there.
 *
 * @public
 * @since 0.1.0
 */
export function leadsToDiff({ symlinks, layers }: StoreIndex, link: string): boolean {
  const id = targetLayer(symlinks.get(link)?.target ?? '');
  return id !== undefined && layers.get(id)?.entries.get(DIFF)?.kind === 'directory';
}

/**
 * Gives the link ids whose symlinks lead to a layer.
 *
 * @public
 * @since 0.1.0
 */
export function symlinksTo({ symlinks }: StoreIndex, id: string): readonly string[] {
  const found: string[] = [];
  for (const [name, { target }] of symlinks) {
    if (targetLayer(target ?? '') === id) found.push(name);
  }
  return found;
}

/**
 * Gives the link ids that stand for a layer: the one of its `link`, or, where that is damaged,
 * those whose symlinks lead to it and that no other layer names.
 *
 * @public
 * @since 0.1.0
 */
export function linksOf(index: StoreIndex, { name, link }: SurveyLayer): readonly string[] {
  if (link !== undefined && isLinkId(link)) return [link];
  return symlinksTo(index, name).filter((candidate) => !index.namedBy.has(candidate));
}

/** What has a mount on it or in it, here or elsewhere; a directory that was a layer counts, too. */
function mountedLayers(
  { home, mounts, elsewhere }: StoreSurvey,
  layers: readonly SurveyLayer[],
): ReadonlySet<string> {
  const below = mounts
    .map(({ mountPoint }) => mountPoint)
    .filter((point) => point.startsWith(`${home}/`))
    .map((point) => point.slice(home.length + 1).split('/')[0] ?? '');
  const files = new Set(elsewhere.map(({ file }) => file));
  const others = layers.filter(({ file }) => files.has(file)).map(({ name }) => name);
  return new Set([...below, ...others]);
}
