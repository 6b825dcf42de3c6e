import type { Operation, OperationName } from '../../commands/operation.js';
import type { Sequence } from '../../commands/sequence.js';
import type { Capabilities } from '../../protocol/capabilities.js';
import type { Skip } from '../sequence-target.js';

/** What a testee says it cannot do, by the operations that need it. */
interface Lack {
  readonly what: string;
  readonly operations: readonly OperationName[];
  lacks(capabilities: Capabilities): boolean;
}

const LACKS: readonly Lack[] = [
  {
    what: 'ApplyDiff',
    operations: ['apply', 'transfer'],
    lacks: ({ diff, applyDiff = diff }) => applyDiff !== true,
  },
  { what: 'Diff', operations: ['diff', 'transfer'], lacks: ({ diff }) => diff !== true },
  {
    what: 'DiffSize',
    operations: ['diffSize'],
    lacks: ({ diff, diffSize = diff }) => diffSize !== true,
  },
  {
    what: 'Changes',
    operations: ['changes'],
    lacks: ({ diff, changes = diff }) => changes !== true,
  },
  {
    what: 'laws on changes, sizes and archives',
    operations: [],
    lacks: ({ diff }) => diff !== true,
  },
  { what: 'GetMetadata', operations: ['metadata'], lacks: ({ metadata }) => metadata !== true },
  { what: 'Status', operations: ['status'], lacks: ({ status }) => status !== true },
  { what: 'Cleanup', operations: ['cleanup'], lacks: ({ cleanup }) => cleanup !== true },
  {
    what: 'files in mounted layers',
    operations: ['file', 'walk'],
    lacks: ({ files = 'none' }) => files === 'none',
  },
  {
    what: 'unmounts and changes by somebody else',
    operations: ['umount', 'tamper'],
    lacks: ({ files = 'none' }) => files === 'none',
  },
];

/**
 * Tells what is left out of sequences for a testee, and why.
 *
 * @internal
 */
export function skipsOf(capabilities: Capabilities): readonly Skip[] {
  const skips = LACKS.filter(({ lacks }) => lacks(capabilities)).map(({ what }) => ({
    what,
    reason: NOT_DECLARED,
  }));
  const { label, storageOpt, restart, onDisk } = capabilities;
  if (label !== true) skips.push({ what: 'mount labels', reason: NOT_DECLARED });
  if (storageOpt !== true) skips.push({ what: 'storage options', reason: NOT_DECLARED });
  if (restart !== true) {
    const instead = onDisk === true ? 'a new process is started instead' : NOT_DECLARED;
    skips.push({ what: 'restart in the same process', reason: instead });
  }
  return skips;
}

const NOT_DECLARED = 'the testee does not declare the capability';

/**
 * Gives a sequence without what a testee cannot do.
 *
 * @internal
 */
export function fitSequence(sequence: Sequence, capabilities: Capabilities): Sequence {
  const missing = new Set<OperationName>(
    LACKS.filter(({ lacks }) => lacks(capabilities)).flatMap(({ operations }) => operations),
  );
  if (capabilities.restart !== true && capabilities.onDisk !== true) missing.add('restart');
  const operations = sequence.operations
    .filter(({ op }) => !missing.has(op))
    .map((operation) => withoutPowerLoss(fitOperation(operation, capabilities)));
  return { ...sequence, operations };
}

function fitOperation(
  operation: Operation,
  { label, storageOpt, restart }: Capabilities,
): Operation {
  if (operation.op === 'get' && label !== true) {
    const { label: _label, ...rest } = operation;
    return rest;
  }
  if (operation.op === 'create' && storageOpt !== true) {
    const { storage: _storage, ...rest } = operation;
    return rest;
  }
  if (operation.op === 'restart' && restart !== true) return { ...operation, process: 'new' };
  return operation;
}

/** Nobody can take from a disk of this machine what was not synced: the process is killed. */
function withoutPowerLoss(operation: Operation): Operation {
  if (operation.fault?.fault !== 'crash') return operation;
  return { ...operation, fault: { fault: 'crash', at: operation.fault.at } };
}
