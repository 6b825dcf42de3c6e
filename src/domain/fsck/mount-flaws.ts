import { goJoin } from '../go/path.js';
import { COMMITTED, MERGED } from '../layers/layout.js';
import { decideMountForm, LabelTooLargeError } from '../mounts/mount-data.js';
import type { MountInfo } from '../mounts/mount-info.js';
import { utf8ByteLength } from '../utf8.js';
import type { Flaw } from './flaw.js';
import type { StoreIndex } from './store-index.js';
import type { SurveyLayer } from './survey.js';

/** What the kernel adds to the path of a mount point that was removed. */
const DELETED = '//deleted';
const UNESCAPED = /[:,\\]/;
const MARK_RULES = {
  'trusted.overlay.redirect': 'redirect',
  'trusted.overlay.metacopy': 'metacopy',
  'trusted.overlay.opaque': 'root-opaque',
} as const;

/**
 * Finds what is wrong with mounts in the home, what will be wrong with mounts to come, and marks
 * in layers that mounts read differently.
 *
 * @public
 * @since 0.1.0
 */
export function* mountFlaws(index: StoreIndex): Generator<Flaw> {
  const { home, mounts } = index.survey;
  for (const mount of mounts) yield* presentFlaws(index, mount);
  if (UNESCAPED.test(home)) {
    yield { rule: 'path-unescaped', path: '.', found: `the home is ${JSON.stringify(home)}` };
  }
  for (const layer of index.layers.values()) {
    const { name, marks } = layer;
    if (UNESCAPED.test(name)) {
      const found = `the id is ${JSON.stringify(name)}`;
      yield { rule: 'path-unescaped', layer: name, path: name, found };
    }
    yield* pageFlaws(index, layer);
    for (const { attribute, path, value } of marks) {
      if (!(attribute in MARK_RULES)) continue;
      const rule = MARK_RULES[attribute as keyof typeof MARK_RULES];
      yield { rule, layer: name, path, found: `${attribute} is ${JSON.stringify(value)}` };
    }
  }
}

function* presentFlaws(index: StoreIndex, mount: MountInfo): Generator<Flaw> {
  const { home } = index.survey;
  const { mountPoint, fsType, superOptions } = mount;
  if (mountPoint === home || !mountPoint.startsWith(`${home}/`)) return;
  const isGone = mountPoint.endsWith(DELETED);
  const path = mountPoint.slice(home.length + 1, isGone ? -DELETED.length : undefined);
  const [id = '', part, ...below] = path.split('/');
  // What is mounted inside a mounted layer is its user's own business.
  if (part === MERGED && below.length > 0 && !isGone) return;
  const isLayerPlace = part === MERGED && below.length === 0 && fsType === 'overlay';
  const layer = index.layers.get(id);
  if (isGone || (isLayerPlace && layer === undefined)) {
    yield { rule: 'mounted-layer-gone', path, found: `${path} is mounted and no longer there` };
  } else if (!isLayerPlace) {
    yield { rule: 'mount-stray', path, found: `${fsType} is mounted on ${path}` };
  } else if (layer?.entries.has(COMMITTED) === true && superOptions.includes(',upperdir=')) {
    const found = 'it is committed, and mounted with an upper directory';
    yield { rule: 'mount-writes-committed', layer: id, path, found };
  }
}

function* pageFlaws(index: StoreIndex, layer: SurveyLayer): Generator<Flaw> {
  const { name, lower, entries } = layer;
  if (lower === undefined || !index.chains.has(name)) return;
  const { home, pageSizeBytes, indexOff } = index.survey;
  const flaw = { layer: name, path: goJoin(name, MERGED) };
  const subject = { home, id: name, lowers: lower.split(':'), readOnly: entries.has(COMMITTED) };
  const how = { indexOff, label: '', escape: false, pageSizeBytes };
  try {
    const { data } = decideMountForm({ ...subject, ...how, pageRule: 'moby-2019' });
    if (utf8ByteLength(data) < pageSizeBytes) return;
    const found = `mount data are ${pageSizeBytes} bytes and a NUL`;
    yield { ...flaw, rule: 'mount-cut', found };
  } catch (error) {
    if (!(error instanceof LabelTooLargeError)) throw error;
    const found = `mount data are ${error.lengthBytes} bytes, a page is ${pageSizeBytes}`;
    yield { ...flaw, rule: 'mount-too-long', found };
  }
}
