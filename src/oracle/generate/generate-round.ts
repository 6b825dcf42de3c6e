import type { FileChange, Operation } from '../commands/operation.js';
import { generateArchive } from './generate-archive.js';
import { generateChange } from './generate-change.js';
import type { Workshop } from './generate-operation.js';
import type { SeededRandom } from './random.js';

const CHANGES_MIN = 2;
const CHANGES_MAX = 7;
const BY_ARCHIVE_PERCENT = 30;
const OTHER_PARENT_PERCENT = 30;
const LINKED_WHITEOUT_PERCENT = 3;

/**
 * Makes the life of a layer as builds and pulls have it: a base is unpacked, a layer on it is
 * changed by whoever uses it or by an archive, what changed is told and taken to another layer,
 * and that one is looked at.
 *
 * @internal
 */
export function generateRound({ random, shadow, ids }: Workshop): readonly Operation[] {
  const [base = '', box = '', copy] = ids;
  const operations: Operation[] = [];
  const pathsOf = (id: string): Set<string> => shadow.layers.get(id)?.paths ?? new Set();
  const create = (id: string, parent: string): void => {
    shadow.create(id, parent);
    operations.push({ op: 'create', id, parent, readWrite: random.percent(40) });
  };
  const unpack = (id: string, parent: string): void => {
    const archive = generateArchive(random, pathsOf(id), 'rich');
    operations.push({ op: 'apply', id, parent, archive });
  };
  const change = (id: string): void => {
    operations.push({ op: 'get', id });
    for (let left = random.between(CHANGES_MIN, CHANGES_MAX); left > 0; left--) {
      const one: FileChange = generateChange(random, pathsOf(id));
      operations.push({ op: 'file', id, change: one });
    }
    if (random.percent(LINKED_WHITEOUT_PERCENT)) operations.push(...linkedWhiteout(id));
    if (random.percent(40)) operations.push({ op: 'walk', id });
    if (random.percent(50)) operations.push({ op: 'put', id });
  };

  create(base, '');
  unpack(base, '');
  if (random.percent(25)) change(base);
  create(box, base);
  if (random.percent(BY_ARCHIVE_PERCENT)) {
    unpack(box, random.percent(OTHER_PARENT_PERCENT) ? '' : base);
    operations.push({ op: 'get', id: box }, { op: 'walk', id: box });
  } else change(box);
  const parent = random.percent(OTHER_PARENT_PERCENT) ? '' : base;
  for (const op of chooseSome(random)) operations.push({ op, id: box, parent });
  if (copy === undefined || random.percent(30)) return operations;
  create(copy, base);
  operations.push(
    { op: 'transfer', from: box, fromParent: base, to: copy, toParent: base },
    { op: 'get', id: copy },
    { op: 'walk', id: copy },
  );
  return operations;
}

/** A file whose name means a deletion, with another name that does not. */
function linkedWhiteout(id: string): readonly Operation[] {
  const name = '.wh.f';
  return [
    { op: 'file', id, change: { do: 'write', path: name, content: 'x' } },
    { op: 'file', id, change: { do: 'link', path: 'f', from: name } },
  ];
}

type Told = 'diff' | 'diffSize' | 'changes';

function chooseSome(random: SeededRandom): readonly Told[] {
  const all: readonly Told[] = ['diff', 'diffSize', 'changes'];
  return all.filter(() => random.percent(60));
}
