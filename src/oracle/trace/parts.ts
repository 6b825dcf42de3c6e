import { idsOf } from '../concurrency/chains.js';
import type { TraceEvent } from './trace-event.js';

/** Ids that lead elsewhere than to a layer; strict refuses them, and nothing comes of it. */
const LEADS_ELSEWHERE = /^$|\/|^\.|^l$/;

/**
 * Parts a history by what its calls have to do with each other, so that each part can be ordered
 * alone. Calls about the whole home are in every part.
 *
 * @param isStrict - whether odd ids are refused and unmounting compares whole components; in the
 *   other profiles a layer has to do with every one whose id begins with its own.
 * @internal
 */
export function partsOf(
  events: readonly TraceEvent[],
  isStrict: boolean,
): readonly (readonly TraceEvent[])[] {
  const chains = new Sets();
  const ids = new Set<string>();
  for (const { operation } of events) {
    const named = idsOf(operation);
    // Somebody may have made any layer another one's.
    if (operation.op === 'tamper') return [events];
    if (named === 'all') continue;
    if (!isStrict && named.some((id) => LEADS_ELSEWHERE.test(id))) return [events];
    for (const id of named) ids.add(id);
    chains.join(named);
  }
  if (!isStrict) joinPrefixes(chains, [...ids].sort());
  const parts = new Map<string, TraceEvent[]>();
  for (const [id] of firstIds(events)) {
    if (!parts.has(chains.of(id))) parts.set(chains.of(id), []);
  }
  if (parts.size === 0) return [events];
  for (const event of events) {
    const own = idsOf(event.operation);
    if (own === 'all') for (const part of parts.values()) part.push(event);
    else parts.get(chains.of(own[0] ?? ''))?.push(event);
  }
  return [...parts.values()];
}

function* firstIds(events: readonly TraceEvent[]): Generator<readonly [id: string]> {
  for (const { operation } of events) {
    const ids = idsOf(operation);
    if (ids !== 'all') yield [ids[0] ?? ''];
  }
}

/** In order, whoever begins with an id stands right behind it. */
function joinPrefixes(chains: Sets, sorted: readonly string[]): void {
  const open: string[] = [];
  for (const id of sorted) {
    while (open.length > 0 && !id.startsWith(open.at(-1) ?? '')) open.pop();
    const above = open.at(-1);
    if (above !== undefined) chains.join([above, id]);
    open.push(id);
  }
}

/** Sets that grow together. */
class Sets {
  readonly #above = new Map<string, string>();

  of(id: string): string {
    let top = id;
    for (let above = this.#above.get(top); above !== undefined; above = this.#above.get(top)) {
      top = above;
    }
    // Who asks again is answered at once.
    if (top !== id) this.#above.set(id, top);
    return top;
  }

  join([first = '', ...others]: readonly string[]): void {
    for (const id of others) {
      const [top, other] = [this.of(first), this.of(id)];
      if (top !== other) this.#above.set(other, top);
    }
  }
}
