import type { Operation } from '../commands/operation.js';
import { anything, type Allowed } from '../model/facts.js';
import { status, umount } from '../model/life.js';
import { file, walk } from '../model/outside.js';
import { type Core, loseForGood } from '../store/state.js';
import { apply, transfer } from './apply.js';
import { changes, diffSize } from './changes.js';
import { diff } from './diff.js';
import { create, exists, get, put, remove } from './life.js';

const NO_TREE: readonly Allowed[] = [{ outcome: 'no tree', failure: {} }];

/**
 * Gives every answer that a store of containers/storage may give by its command line.
 *
 * @source containers/storage 1.43 layers.go, store.go, drivers/overlay/overlay.go
 */
export function allowedByStore(core: Core, operation: Operation): readonly Allowed[] {
  switch (operation.op) {
    case 'create':
      return create(core, operation);
    case 'remove':
      return remove(core, operation);
    case 'get':
      return get(core, operation);
    case 'put':
      return put(core, operation);
    case 'exists':
      return exists(core, operation);
    case 'status':
      return status(core);
    case 'umount':
      return umount(core, operation);
    case 'apply':
      return apply(core, operation);
    case 'diff':
      return diff(core, operation);
    case 'diffSize':
      return diffSize(core, operation);
    case 'changes':
      return changes(core, operation);
    case 'transfer':
      return transfer(core, operation);
    case 'file':
    case 'walk':
      return inTree(core, operation);
    case 'metadata':
    case 'cleanup':
    case 'restart':
    case 'tamper':
      // Nobody is asked for these: the target leaves them out.
      return [anything('left out', () => loseForGood(core))];
  }
}

/** What was given by the beginning of an id is the tree of the layer that it meant. */
function inTree(
  core: Core,
  operation: Extract<Operation, { op: 'file' | 'walk' }>,
): readonly Allowed[] {
  const id = core.state.aliases.get(operation.id);
  if (id === undefined) return NO_TREE;
  return operation.op === 'walk'
    ? walk(core, { ...operation, id })
    : file(core, { ...operation, id });
}
