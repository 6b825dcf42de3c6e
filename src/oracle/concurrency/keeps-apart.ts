import type { Operation } from '../commands/operation.js';
import { idsOf } from './chains.js';

/** What a diff may not be read beside. */
const DISTURBING: ReadonlySet<string> = new Set('apply cleanup create remove transfer'.split(' '));

/**
 * Tells whether a driver may be asked to keep callers apart. The archive that Diff gives is read
 * when Diff has ended and its locks are gone: held until then, they would lock out a caller that
 * does anything else to the layer first. So nobody may write to a layer, create one on it, or take
 * it or its mount away, while its archive is read.
 *
 * @internal
 */
export function keepsApart(callers: readonly (readonly Operation[])[]): boolean {
  return callers.every((own, caller) => {
    const others = callers.filter((_operations, at) => at !== caller).flat();
    return own.every((operation) => {
      if (operation.op !== 'diff' && operation.op !== 'transfer') return true;
      return !others.some((other) => DISTURBING.has(other.op) && shareIds(operation, other));
    });
  });
}

function shareIds(one: Operation, other: Operation): boolean {
  const [ids, others] = [idsOf(one), idsOf(other)];
  return ids === 'all' || others === 'all' || ids.some((id) => others.includes(id));
}
