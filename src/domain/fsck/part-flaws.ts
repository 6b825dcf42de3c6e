import { COMMITTED, DIFF, INCOMPLETE, LINK, LOWER, MERGED, WORK } from '../layers/layout.js';
import type { Flaw } from './flaw.js';
import { isEmptyLayer } from './link-flaws.js';
import { linksOf, type StoreIndex } from './store-index.js';
import type { SurveyLayer } from './survey.js';

const WORK_MODE = 0o700;
const COMMITTED_MODE = 0o600;
const KNOWN: readonly string[] = [COMMITTED, DIFF, INCOMPLETE, LINK, LOWER, MERGED, WORK];
/** As moby's atomic writer names what it writes first. */
const ATOMIC_WRITE_PREFIX = '.tmp-';
const MAY_MOUNT = 'a driver may be about to mount there';
const MAY_BE_IN_USE = 'a driver at work may be using it';

/**
 * Finds what is wrong with the parts of layers: directories, marks, and what does not belong there.
 *
 * @public
 * @since 0.1.0
 */
export function* partFlaws(index: StoreIndex): Generator<Flaw> {
  const parents = new Set([...index.chains.values()].map(([first]) => first));
  for (const layer of index.layers.values()) {
    const isMounted = index.mounted.has(layer.name);
    if (isEmptyLayer(layer)) yield emptyFlaw(layer);
    else {
      yield* directoryFlaws(layer);
      const isParent = linksOf(index, layer).some((link) => parents.has(link));
      yield* committedFlaws(layer, isParent, isMounted);
    }
    if (!isMounted) yield* mergedFlaws(layer);
    yield* strayFlaws(layer);
  }
}

function emptyFlaw({ name, entries, mode, uid, gid }: SurveyLayer): Flaw {
  const flaw = { rule: 'layer-empty', layer: name, path: name } as const;
  if (entries.size > 0) {
    return { ...flaw, found: `there is nothing but ${[...entries.keys()].join(', ')}` };
  }
  const mend = { kind: 'remove-directory', path: name, mode, uid, gid } as const;
  return { ...flaw, found: 'the directory is empty', mend, risk: 'a driver may be creating it' };
}

function* directoryFlaws({ name, entries, uid, gid }: SurveyLayer): Generator<Flaw> {
  const diff = entries.get(DIFF);
  if (diff?.kind !== 'directory') {
    const found = diff === undefined ? 'there is no diff' : `diff is a ${diff.kind}`;
    yield { rule: 'diff-missing', layer: name, path: `${name}/${DIFF}`, found };
  }
  if (!entries.has(LOWER) || entries.get(WORK)?.kind === 'directory') return;
  const path = `${name}/${WORK}`;
  const isTaken = entries.has(WORK);
  const mend = { kind: 'make-directory', path, mode: WORK_MODE, uid, gid } as const;
  const rule = entries.has(COMMITTED) ? 'work-missing-committed' : 'work-missing';
  const found = isTaken ? 'work is no directory' : 'there is no work directory';
  yield { rule, layer: name, path, found, ...(isTaken ? {} : { mend }) };
}

function* committedFlaws(
  { name, entries }: SurveyLayer,
  isParent: boolean,
  isMounted: boolean,
): Generator<Flaw> {
  const path = `${name}/${COMMITTED}`;
  const isCommitted = entries.has(COMMITTED);
  if (isParent && !isCommitted) {
    yield {
      rule: 'committed-missing',
      layer: name,
      path,
      found: 'it is the parent of a layer, and not committed',
      mend: { kind: 'write-file', path, before: null, after: '', mode: COMMITTED_MODE },
      ...(isMounted ? { risk: 'the layer is mounted, and may be written to' } : {}),
    };
  }
  if (isCommitted && !isParent) {
    yield {
      rule: 'committed-childless',
      layer: name,
      path,
      found: 'it is committed, and no parent',
    };
  }
}

function* mergedFlaws({ name, entries, mergedNames }: SurveyLayer): Generator<Flaw> {
  const merged = entries.get(MERGED);
  if (merged === undefined) return;
  const path = `${name}/${MERGED}`;
  if (merged.kind !== 'directory') {
    yield { rule: 'stray-layer', layer: name, path, found: `merged is a ${merged.kind}` };
  } else if (mergedNames > 0) {
    const found = `merged is not mounted and holds ${mergedNames} names`;
    yield { rule: 'merged-filled', layer: name, path, found };
  } else {
    const { mode, uid, gid } = merged;
    yield {
      rule: 'merged-left',
      layer: name,
      path,
      found: 'merged is there and not mounted',
      mend: { kind: 'remove-directory', path, mode, uid, gid },
      risk: MAY_MOUNT,
    };
  }
}

function* strayFlaws({ name, entries }: SurveyLayer): Generator<Flaw> {
  for (const entry of entries.values()) {
    const path = `${name}/${entry.name}`;
    if (entry.name === INCOMPLETE) {
      yield { rule: 'incomplete', layer: name, path, found: 'the mark incomplete is there' };
    } else if (entry.name.startsWith(ATOMIC_WRITE_PREFIX)) {
      const found = `${JSON.stringify(entry.name)} was written and not renamed`;
      const removal = entry.isText
        ? ({ mend: { kind: 'set-aside', path }, risk: MAY_BE_IN_USE } as const)
        : {};
      yield { rule: 'temp-left', layer: name, path, found, ...removal };
    } else if (!KNOWN.includes(entry.name)) {
      const found = `${JSON.stringify(entry.name)} is a ${entry.kind} that no driver makes`;
      yield { rule: 'stray-layer', layer: name, path, found };
    }
  }
}
