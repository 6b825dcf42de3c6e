import type { Operation } from '../commands/operation.js';
import type { LayerStoreModel } from '../model/model.js';
import type { Occurrence } from './concurrent-case.js';

/**
 * Gives the ids that an operation names; all of them where it is about the whole home.
 *
 * @internal
 */
export function idsOf(operation: Operation): readonly string[] | 'all' {
  switch (operation.op) {
    case 'cleanup':
    case 'restart':
    case 'status':
      return 'all';
    case 'transfer':
      return [operation.from, operation.fromParent, operation.to, operation.toParent];
    case 'create':
    case 'apply':
    case 'diff':
    case 'diffSize':
    case 'changes':
      return [operation.id, operation.parent].filter((id) => id !== '');
    case 'exists':
    case 'file':
    case 'get':
    case 'metadata':
    case 'put':
    case 'remove':
    case 'tamper':
    case 'umount':
    case 'walk':
      return [operation.id];
  }
}

/**
 * Parts a history by what its operations have to do with each other: layers belong together when
 * an operation names both, or when one lies on the other.
 *
 * @internal
 */
export function chainsOf(
  before: LayerStoreModel,
  history: readonly Occurrence[],
): readonly (readonly Occurrence[])[] {
  const named = history.map(({ operation }) => idsOf(operation));
  if (named.includes('all')) return [history];
  const chains = new Chains();
  for (const { id, lower = [] } of before.view().layers) {
    chains.join([id, ...lower.flatMap((link) => ('of' in link ? [link.of] : []))]);
  }
  for (const ids of named) chains.join([...ids]);
  const parts = new Map<string, Occurrence[]>();
  for (const [at, one] of history.entries()) {
    const chain = chains.chainOf(named[at]?.[0] ?? '');
    parts.set(chain, [...(parts.get(chain) ?? []), one]);
  }
  return [...parts.values()];
}

/** Sets that grow together. */
class Chains {
  readonly #above = new Map<string, string>();

  chainOf(id: string): string {
    const above = this.#above.get(id) ?? id;
    return above === id ? id : this.chainOf(above);
  }

  join([first = '', ...others]: readonly string[]): void {
    for (const id of others) this.#above.set(this.chainOf(id), this.chainOf(first));
  }
}
