import type { ArchiveEntry, Operation, OperationName } from '../../commands/operation.js';
import type { Sequence } from '../../commands/sequence.js';
import type { Skip } from '../sequence-target.js';

/** Operations that no command performs, or none that a model can follow. */
const LEFT_OUT: readonly (readonly [name: OperationName, what: string, reason: string])[] = [
  ['metadata', 'GetMetadata', 'no command tells the paths of a layer'],
  ['cleanup', 'Cleanup', 'shutdown --force never ends where a layer is mounted (CS-1)'],
  ['restart', 'restarts', 'every command is a process of its own'],
  [
    'tamper',
    'changes to metadata by somebody else',
    'the store mends links by rules that the model does not have',
  ],
];

const ALWAYS: readonly Skip[] = [
  ...LEFT_OUT.map(([, what, reason]) => ({ what, reason })),
  { what: 'storage options', reason: 'no command takes them for a layer' },
  { what: 'mount labels', reason: 'the store reserves them with SELinux' },
  { what: 'mount data', reason: 'no command tells what was handed to mount(2)' },
  { what: 'the size that ApplyDiff gives', reason: 'the command does not tell it' },
  {
    what: 'an empty id, and ids with a NUL',
    reason: 'the one asks for a random id, the others are no arguments',
  },
  {
    what: 'ids that are no name of a directory in the home, and `l`',
    reason: 'layers are made outside of the home, or in place of all links (CS-2)',
  },
  {
    what: 'paths that an archive of more than two entries names again',
    reason: 'such an archive is refused as a whole (C-15), which two entries show',
  },
  {
    what: 'ids of more than 255 bytes',
    reason: 'no command works any more once one was asked to make such a layer (CS-3)',
  },
];

const BYTES_MAX = 255;
/** Archives of so few entries keep paths that they name again. */
const DOUBLES_MAX = 2;

/**
 * Tells what is left out of sequences for a store, and why.
 *
 * @internal
 */
export function skipsOfStore(): readonly Skip[] {
  return ALWAYS;
}

/**
 * Gives a sequence without what the command line of a store cannot do, or must not be asked for.
 *
 * @internal
 */
export function fitToStore(sequence: Sequence): Sequence {
  const left = new Set(LEFT_OUT.map(([name]) => name));
  const operations = sequence.operations
    .filter((operation) => !left.has(operation.op) && idsOf(operation).every(isName))
    .map(plain);
  return { ...sequence, operations };
}

/** The ids that an operation names; an empty parent names none. */
function idsOf(operation: Operation): readonly string[] {
  if (operation.op === 'transfer') {
    const { from, fromParent, to, toParent } = operation;
    return [from, to, ...named(fromParent), ...named(toParent)];
  }
  const ids = 'id' in operation ? [operation.id] : [];
  return 'parent' in operation ? [...ids, ...named(operation.parent)] : ids;
}

function named(parent: string): readonly string[] {
  return parent === '' ? [] : [parent];
}

function isName(id: string): boolean {
  // The device of quotas is passed over by whoever looks at a home.
  if (['', '.', '..', 'l', 'backingFsBlockDev'].includes(id)) return false;
  return !/[/\0]/.test(id) && Buffer.byteLength(id) <= BYTES_MAX;
}

function plain(operation: Operation): Operation {
  if (operation.op === 'get' && operation.label !== undefined) {
    const { label: _label, ...rest } = operation;
    return rest;
  }
  if (operation.op === 'create' && operation.storage !== undefined) {
    const { storage: _storage, ...rest } = operation;
    return rest;
  }
  if (operation.op === 'apply' && operation.archive.length > DOUBLES_MAX) {
    return { ...operation, archive: withoutDoubles(operation.archive) };
  }
  return operation;
}

function withoutDoubles(archive: readonly ArchiveEntry[]): readonly ArchiveEntry[] {
  const seen = new Set<string>();
  return archive.filter(({ name }) => {
    const path = name.replaceAll(/(^|\/)(\.?\/)+/g, '$1').replace(/\/\.?$/, '');
    const isFirst = !seen.has(path);
    seen.add(path);
    return isFirst;
  });
}
