import { LINK, LINK_DIR, linkTarget } from '../layers/layout.js';
import { isLinkId } from '../layers/link-id.js';
import type { Flaw } from './flaw.js';
import type { Mend } from './mend.js';
import { leadsToDiff, type StoreIndex, symlinksTo, targetLayer } from './store-index.js';
import type { SurveyLayer, SurveyLink } from './survey.js';

const LINK_MODE = 0o644;
const LINK_DIR_MODE = 0o700;
const HALF_WAY = 'a driver may be half way through a create';

/**
 * Finds what is wrong between layers, their `link` files and the symlinks in `l/`, which are one
 * another's mirror.
 *
 * @public
 * @since 0.1.0
 */
export function* linkFlaws(index: StoreIndex): Generator<Flaw> {
  const { uid, gid } = index.survey.homeEntry;
  if (index.survey.links === undefined) {
    const isThere = index.survey.entries.some(({ name }) => name === LINK_DIR);
    const mend: Mend = { kind: 'make-directory', path: LINK_DIR, mode: LINK_DIR_MODE, uid, gid };
    const found = isThere ? 'l is no directory' : 'there is no directory l';
    yield { rule: 'link-dir-missing', path: LINK_DIR, found, ...(isThere ? {} : { mend }) };
  }
  for (const layer of index.layers.values()) {
    if (!isEmptyLayer(layer)) yield* linkFileFlaws(index, layer);
  }
  for (const link of index.survey.links ?? []) yield* symlinkFlaws(index, link);
}

/**
 * Tells whether a directory holds nothing that makes it a layer.
 *
 * @public
 * @since 0.1.0
 */
export function isEmptyLayer({ entries }: SurveyLayer): boolean {
  return !['link', 'diff', 'lower'].some((name) => entries.has(name));
}

function* linkFileFlaws(index: StoreIndex, layer: SurveyLayer): Generator<Flaw> {
  const { name, link, entries } = layer;
  const path = `${name}/${LINK}`;
  const kind = entries.get(LINK)?.kind;
  const flaw = { layer: name, path };
  if (kind === undefined) {
    yield { ...flaw, rule: 'link-missing', found: 'there is no link file', ...fromL(index, layer) };
  } else if (link === undefined) {
    yield { ...flaw, rule: 'link-malformed', found: `link is no regular file but a ${kind}` };
  } else if (link === '') {
    yield { ...flaw, rule: 'link-empty', found: 'link is empty', ...fromL(index, layer) };
  } else if (!isLinkId(link)) {
    const found = `link holds ${quote(link)}`;
    yield { ...flaw, rule: 'link-malformed', found, ...fromL(index, layer) };
  } else yield* namedSymlinkFlaws(index, layer, link);
}

/** What a well-formed `link` says of `l/`. */
function* namedSymlinkFlaws(index: StoreIndex, layer: SurveyLayer, link: string): Generator<Flaw> {
  const { name } = layer;
  const owners = index.namedBy.get(link) ?? [];
  const target = index.symlinks.get(link)?.target;
  const right = linkTarget(name);
  if (owners.length > 1) {
    if (target === right) return;
    const others = owners.filter((owner) => owner !== layer).map((owner) => owner.name);
    const found = `link holds ${link}, as that of ${others.join(' and ')} does`;
    const path = `${name}/${LINK}`;
    yield { rule: 'link-shared', layer: name, path, found, ...fromL(index, layer) };
    return;
  }
  const path = `${LINK_DIR}/${link}`;
  if (target === undefined) {
    const isTaken = (index.survey.links ?? []).some((entry) => entry.name === link);
    const mend: Mend = { kind: 'write-symlink', path, before: null, after: right };
    const found = isTaken ? `${path} is no symlink` : `there is no symlink ${path}`;
    yield { rule: 'symlink-missing', layer: name, path, found, ...(isTaken ? {} : { mend }) };
  } else if (target !== right) {
    const risk = leadsToDiff(index, link)
      ? { risk: 'a mounted layer may have what the symlink leads to now below it' }
      : {};
    const mend: Mend = { kind: 'write-symlink', path, before: target, after: right };
    const found = `${path} leads to ${quote(target)}, and not to ${right}`;
    yield { rule: 'symlink-misplaced', layer: name, path, found, mend, ...risk };
  }
}

/** The `link` that a layer should have, where `l/` leaves no doubt about it. */
function fromL(index: StoreIndex, { name, link }: SurveyLayer): { mend?: Mend } {
  const free = symlinksTo(index, name).filter((candidate) => !index.namedBy.has(candidate));
  const used = free.filter((candidate) => index.lowerUsers.has(candidate));
  const [only, ...more] = free.length > 1 ? used : free;
  if (only === undefined || more.length > 0) return {};
  const path = `${name}/${LINK}`;
  const before = link ?? null;
  return { mend: { kind: 'write-file', path, before, after: only, mode: LINK_MODE } };
}

function* symlinkFlaws(index: StoreIndex, { name, kind, target }: SurveyLink): Generator<Flaw> {
  const path = `${LINK_DIR}/${name}`;
  if (target === undefined || !isLinkId(name)) {
    const found =
      target === undefined
        ? `${quote(path)} is a ${kind}`
        : `${quote(path)} leads to ${quote(target)}, and its name is no link id`;
    yield { rule: 'link-entry-stray', path, found };
    return;
  }
  if (index.namedBy.has(name)) return;
  const id = targetLayer(target);
  if (id === undefined) {
    const found = `${path} leads to ${quote(target)}, which is no layer, and no layer names it`;
    yield { rule: 'symlink-misplaced', path, found };
    return;
  }
  const layer = index.layers.get(id);
  const user = index.lowerUsers.get(name);
  const used = user === undefined ? '' : `; the lower of ${user} names it`;
  const mend: Mend = { kind: 'write-symlink', path, before: target, after: null };
  // What a lower names tells which layer is missing: that is worth more than a tidy directory.
  const removal = user === undefined ? { mend } : {};
  if (layer === undefined || isEmptyLayer(layer)) {
    const found = `${path} leads to ${target}, where no layer is${used}`;
    yield { rule: 'symlink-dangling', path, found, ...removal };
  } else if (layer.link !== undefined && isLinkId(layer.link)) {
    const found = `${path} leads to layer ${id}, whose link is ${layer.link}${used}`;
    const risky = user === undefined ? { risk: HALF_WAY } : {};
    yield { rule: 'symlink-duplicate', layer: id, path, found, ...removal, ...risky };
  }
}

function quote(text: string): string {
  return JSON.stringify(text);
}
