import type { Operation } from '../commands/operation.js';
import type { Sequence, SequenceFacts } from '../commands/sequence.js';
import type { SeededRandom } from './random.js';

/** Bytes of `index=off,`. */
const INDEX_OFF = 10;
/** Bytes of `,context="` and `"`. */
const LABEL_EXTRA = 11;
/** Bytes of `/l/` and a link id, and of `l/` and a link id. */
const LINK_PATH = 29;
const LINK_RELATIVE = 28;
const AROUND_THE_PAGE: readonly number[] = [-2, -1, 0, 1, 2];
const CHAIN_MIN = 9;
const CHAIN_MAX = 16;
const ID_MAX = 255;

/** A mount whose data is measured: so many lowers, an id and a home of so many bytes. */
export interface Measured {
  readonly homeLength: number;
  readonly idLength: number;
  readonly lowers: number;
  readonly indexOff: boolean;
  readonly readOnly: boolean;
}

/**
 * Gives the bytes of the mount data of a layer in its absolute form, without a label.
 *
 * @internal
 */
export function absoluteLength(of: Measured): number {
  const { homeLength: home, idLength: id, lowers } = of;
  const links = lowers * (home + LINK_PATH) + lowers - 1;
  const prefix = (of.indexOff ? INDEX_OFF : 0) + 'lowerdir='.length;
  const diff = home + id + '//diff'.length;
  if (of.readOnly) return prefix + diff + 1 + links;
  return prefix + links + ',upperdir='.length + diff + ',workdir='.length + diff;
}

/**
 * Gives the bytes of the mount data of a layer in its relative form, without a label.
 *
 * @internal
 */
export function relativeLength(of: Omit<Measured, 'homeLength'>): number {
  const { idLength: id, lowers } = of;
  const links = lowers * LINK_RELATIVE + lowers - 1;
  const prefix = (of.indexOff ? INDEX_OFF : 0) + 'lowerdir='.length;
  const diff = id + '/diff'.length;
  if (of.readOnly) return prefix + diff + 1 + links;
  return prefix + links + ',upperdir='.length + diff + ',workdir='.length + diff;
}

/**
 * Makes a sequence whose last mount has data of 4094 to 4098 bytes, a page being 4096: by a label,
 * or by the lengths of the home, of the ids and of the chain.
 *
 * @internal
 */
export function generatePageSequence(random: SeededRandom, facts: SequenceFacts): Sequence {
  const byLength = random.percent(50) ? generateLongChain(random, facts) : undefined;
  return byLength ?? generateLongLabel(random, facts);
}

function generateLongLabel(random: SeededRandom, facts: SequenceFacts): Sequence {
  const { homeLength, indexOff, pageSize } = facts;
  const lowers = random.between(1, 2);
  const readOnly = random.percent(30);
  const measured = { homeLength, idLength: 1, lowers, indexOff, readOnly };
  const isAbsolute = random.percent(70);
  const length = isAbsolute ? absoluteLength(measured) : relativeLength(measured);
  const wanted = pageSize + random.pick(AROUND_THE_PAGE);
  const label = 'L'.repeat(wanted - length - LABEL_EXTRA);
  const operations = chainOf(lowers + 1, 1, readOnly);
  const id = idAt(lowers, 1);
  operations.push({ op: 'get', id, label }, ...after(random, id));
  return { surroundings: { homePadding: 0 }, operations };
}

/** Tries lengths of home and chain until an id can make up the rest. */
function generateLongChain(random: SeededRandom, facts: SequenceFacts): Sequence | undefined {
  const { homeLength, paddingMax, indexOff, pageSize } = facts;
  const wanted = pageSize + random.pick(AROUND_THE_PAGE);
  const readOnly = random.percent(40);
  const lowersFirst = random.between(CHAIN_MIN, CHAIN_MAX);
  for (let i = 0; i <= CHAIN_MAX - CHAIN_MIN; i++) {
    const lowers = CHAIN_MIN + ((lowersFirst + i) % (CHAIN_MAX - CHAIN_MIN + 1));
    for (let homePadding = paddingMax; homePadding >= 0; homePadding--) {
      const measured = { homeLength: homeLength + homePadding, lowers, indexOff, readOnly };
      const rest = wanted - absoluteLength({ ...measured, idLength: 0 });
      const idLength = readOnly ? rest : rest / 2;
      if (!Number.isInteger(idLength) || idLength < 2 || idLength > ID_MAX) continue;
      const operations = chainOf(lowers + 1, idLength, readOnly);
      const id = idAt(lowers, idLength);
      operations.push(...mountings(random, id));
      return { surroundings: { homePadding }, operations };
    }
  }
  return undefined;
}

/** Layers one on the other, the last with an id of so many bytes, committed by a child if asked. */
function chainOf(count: number, idLength: number, isCommitted: boolean): Operation[] {
  const operations: Operation[] = [];
  for (let i = 0; i < count; i++) {
    const parent = i === 0 ? '' : idAt(i - 1, 1);
    const id = idAt(i, i === count - 1 ? idLength : 1);
    operations.push({ op: 'create', id, parent, readWrite: false });
  }
  if (!isCommitted) return operations;
  const parent = idAt(count - 1, idLength);
  operations.push({ op: 'create', id: 'child', parent, readWrite: false });
  return operations;
}

/** The letters of ids, without the one that names the directory of links. */
const LETTERS = 'abcdefghijkmnopqrstuvwxyz';

function idAt(index: number, length: number): string {
  return LETTERS.charAt(index).repeat(length);
}

/** What mounts a layer: a Get, or what has to compare it with another one than its parent. */
function mountings(random: SeededRandom, id: string): readonly Operation[] {
  if (random.percent(65)) return [{ op: 'get', id }, ...after(random, id)];
  return random.shuffled<Operation>([
    { op: 'get', id },
    { op: 'transfer', from: id, fromParent: '', to: 'a', toParent: '' },
    { op: 'diff', id, parent: '' },
    { op: 'diffSize', id, parent: '' },
    { op: 'changes', id, parent: '' },
    { op: 'apply', id, parent: '', archive: [] },
  ]);
}

/** What shows whether the mount is what it should be. */
function after(random: SeededRandom, id: string): readonly Operation[] {
  const change = { do: 'mkdir', path: 'd', mode: 0o755 } as const;
  const all: readonly Operation[] = [
    { op: 'file', id, change },
    { op: 'walk', id },
    { op: 'put', id },
  ];
  return all.slice(0, random.below(all.length + 1));
}
