import type { Operation } from '../../commands/operation.js';
import type { Sequence } from '../../commands/sequence.js';
import type { Skip } from '../sequence-target.js';

const NO_COMMAND: Skip = {
  what: 'restart in a new process',
  reason: 'without --plugin-command nobody can start the plugin; it gets another Init instead',
};
const ALWAYS: readonly Skip[] = [
  {
    what: 'mount data',
    reason: 'the plugin protocol does not tell what was handed to mount(2)',
  },
  {
    what: 'changes to the mount point of a layer that somebody has unmounted',
    reason: 'a Diff fails at its end then, and the plugin protocol can only break off',
  },
];

/**
 * Tells what is left out of sequences for a plugin, and why.
 *
 * @param canStart - whether the plugin can be started anew.
 * @internal
 */
export function skipsOfPlugin(canStart: boolean): readonly Skip[] {
  return canStart ? ALWAYS : [NO_COMMAND, ...ALWAYS];
}

/**
 * Gives a sequence without what a plugin cannot do, or cannot tell.
 *
 * @param canStart - whether the plugin can be started anew; else its process stays, and with it
 *   what is process-wide.
 * @internal
 */
export function fitToPlugin(sequence: Sequence, canStart: boolean): Sequence {
  const unmounted = new Set<string>();
  const operations: Operation[] = [];
  for (const operation of sequence.operations) {
    if (operation.op === 'umount') unmounted.add(operation.id);
    if (operation.op === 'get') unmounted.delete(operation.id);
    if (operation.op === 'file' && unmounted.has(operation.id)) continue;
    const isRestart = operation.op === 'restart' && !canStart;
    operations.push(isRestart ? { ...operation, process: 'same' } : operation);
  }
  return { ...sequence, operations };
}
