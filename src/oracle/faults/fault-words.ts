import type { HomeView } from '../commands/answer.js';
import type { SoundOperation } from '../commands/operation.js';
import type { LayerStoreModel } from '../model/model.js';
import { namedBy } from './possible-ends.js';

/** Names of what a driver makes to find out what a kernel can do. */
export const PROBE =
  /supportsOverlay2|check-overlayfs-support|opaque-bug-check|multiple-lowerdir-check|fsutils-dummy/;

const TEMPORARY = /^\.(create|remove)-/;

/** Tells whether a failure has left what the next start takes away. */
export function leavesWork({ layers, links }: HomeView, operation: SoundOperation): boolean {
  if (layers.some(({ id }) => TEMPORARY.test(id))) return true;
  if (operation.op !== 'remove') return false;
  const { id } = operation;
  return links.includes(`../${id}/diff`) && !layers.some((layer) => layer.id === id);
}

/** Gives the layer that an operation is about, and the one below it. */
export function ownOf(
  model: LayerStoreModel,
  operation: SoundOperation,
): readonly [own: string, parent: string] {
  if (operation.op === 'transfer') {
    return [model.keyOf(operation.to), model.keyOf(operation.toParent)];
  }
  const [own = '', parent = ''] = namedBy(model, operation);
  return [own, parent];
}

/** Names an operation as tables of faults do. */
export function nameOf(operation: SoundOperation): string {
  const { op } = operation;
  if (op === 'create') return operation.parent === '' ? 'create base' : 'create child';
  return op === 'restart' ? `restart in ${operation.process} process` : op;
}
