import type { Answer } from '../commands/answer.js';
import type { Operation } from '../commands/operation.js';
import type { HomeDifference } from './compare-homes.js';

/** What a home differs by after an operation, and the quirk that does so. */
interface Trace {
  readonly op: Operation['op'];
  readonly ok: boolean;
  readonly aspect: RegExp;
  /** Whether the layer that differs is the operation's own; absent where it may be any. */
  readonly own?: boolean;
  readonly quirk: string;
}

const TRACES: readonly Trace[] = [
  { op: 'create', ok: false, aspect: /^layer missing$/, quirk: 'Q-08' },
  { op: 'create', ok: false, aspect: /^committed extra$/, own: false, quirk: 'Q-09' },
  { op: 'create', ok: false, aspect: /^links extra$/, quirk: 'Q-06' },
  { op: 'create', ok: false, aspect: /^layer extra$/, own: true, quirk: 'Q-11' },
  { op: 'create', ok: true, aspect: /^links extra$/, quirk: 'Q-07' },
  { op: 'create', ok: true, aspect: /^lower$/, own: true, quirk: 'Q-13' },
  { op: 'remove', ok: true, aspect: /^mount missing$/, own: false, quirk: 'Q-22' },
  { op: 'remove', ok: true, aspect: /^(layer|links) missing$/, quirk: 'Q-21' },
  { op: 'cleanup', ok: true, aspect: /^mount missing$/, quirk: 'Q-22' },
  { op: 'get', ok: true, aspect: /^(merged|mount) missing$/, own: true, quirk: 'Q-20' },
  { op: 'put', ok: true, aspect: /^merged extra$/, own: true, quirk: 'Q-19' },
  { op: 'apply', ok: true, aspect: /^layer extra$/, own: true, quirk: 'Q-23' },
];

/**
 * Names the quirk that leaves a home as it was found after an operation.
 *
 * @returns its number, `''` where none is known to do so.
 * @internal
 */
export function nameQuirk(
  operation: Operation,
  answer: Answer,
  differences: readonly HomeDifference[],
): string {
  for (const trace of TRACES) {
    if (trace.op !== operation.op || trace.ok !== answer.ok) continue;
    for (const { aspect, layer } of differences) {
      const isOwn = 'id' in operation && operation.id === layer;
      if (!trace.aspect.test(aspect)) continue;
      if (trace.own === undefined || trace.own === isOwn) return trace.quirk;
    }
  }
  return '';
}
