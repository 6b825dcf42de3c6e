import { isLayerId } from '../layers/layer-id.js';
import { BACKING_FS_DEVICE, LINK_DIR, TEMPORARY_PREFIXES } from '../layers/layout.js';
import type { Flaw } from './flaw.js';
import type { StoreIndex } from './store-index.js';
import type { SurveyEntry } from './survey.js';

/** What mkfs makes at the root of a file system. */
const LOST_FOUND = 'lost+found';
const TEMPORARY: readonly string[] = [...TEMPORARY_PREFIXES, '.tmp-'];
const MAY_BE_IN_USE = 'a driver at work may be using it';
const GROUP_OTHER_WRITE = 0o022;
const OTHER_ANY = 0o007;

/**
 * Finds what does not belong into the home, and modes and owners that are not a driver's.
 *
 * @public
 * @since 0.1.0
 */
export function* homeFlaws(index: StoreIndex): Generator<Flaw> {
  const { entries, backingFs } = index.survey;
  for (const entry of entries) {
    if (entry.name === BACKING_FS_DEVICE && entry.kind === 'block') {
      if (backingFs === 'xfs') continue;
      const found = `the file system is ${backingFs}, which no quota is kept on`;
      yield { rule: 'quota-node', path: entry.name, found };
    } else yield* strayFlaws(index, entry);
  }
  yield* modeFlaws(index);
}

/**
 * Tells whether a name of the home may be a layer's; one that is not text never is.
 *
 * @public
 * @since 0.1.0
 */
export function mayBeLayer({ name, kind, isText }: SurveyEntry): boolean {
  return (
    kind === 'directory' && isText && isLayerId(name) && name !== LOST_FOUND && !isTemporary(name)
  );
}

function isTemporary(name: string): boolean {
  return TEMPORARY.some((prefix) => name.startsWith(prefix));
}

function* strayFlaws(index: StoreIndex, entry: SurveyEntry): Generator<Flaw> {
  const { name, kind, isText } = entry;
  const path = name;
  if (name === LINK_DIR || name === LOST_FOUND || index.layers.has(name)) return;
  if (isTemporary(name)) {
    const found = `${JSON.stringify(name)} has the name of a driver's unfinished work`;
    const removal = isText
      ? ({ mend: { kind: 'set-aside', path }, risk: MAY_BE_IN_USE } as const)
      : {};
    yield { rule: 'temp-left', path, found, ...removal };
  } else if (index.isLayerItself && isLayerId(name) && isLayerFile(index, name)) {
    yield { rule: 'home-is-layer', path, found: `the home holds ${name}, which is a layer's` };
  } else {
    yield { rule: 'stray-home', path, found: `${JSON.stringify(name)} is a ${kind} of no layer` };
  }
}

/** A directory that would be a layer, but for what lies beside it, or the file beside it. */
function isLayerFile({ survey }: StoreIndex, name: string): boolean {
  return (
    survey.layers.some((layer) => layer.name === name) ||
    ['link', 'lower', 'committed'].includes(name)
  );
}

function* modeFlaws({ survey, layers }: StoreIndex): Generator<Flaw> {
  const { homeEntry } = survey;
  if ((homeEntry.mode & OTHER_ANY) !== 0) {
    const found = `the home has mode ${octal(homeEntry.mode)}: chmod o-rwx`;
    yield { rule: 'mode-odd', path: '.', found };
  }
  const linkDir = survey.entries.find(({ name }) => name === LINK_DIR);
  if (linkDir !== undefined) yield* writable(linkDir, LINK_DIR);
  for (const layer of layers.values()) {
    yield* writable(layer, layer.name, layer.name);
    for (const name of ['link', 'lower', 'committed', 'work']) {
      const entry = layer.entries.get(name);
      if (entry !== undefined) yield* writable(entry, `${layer.name}/${name}`, layer.name);
    }
    if (layer.uid !== homeEntry.uid) {
      const found = `it belongs to user ${layer.uid}, and the home to user ${homeEntry.uid}`;
      yield { rule: 'owner-odd', layer: layer.name, path: layer.name, found };
    }
  }
}

function* writable(entry: SurveyEntry, path: string, layer?: string): Generator<Flaw> {
  if (entry.kind === 'symlink' || (entry.mode & GROUP_OTHER_WRITE) === 0) return;
  const found = `it has mode ${octal(entry.mode)}: chmod go-w`;
  yield { rule: 'mode-odd', path, found, ...(layer === undefined ? {} : { layer }) };
}

function octal(mode: number): string {
  return `0${mode.toString(8).padStart(3, '0')}`;
}
