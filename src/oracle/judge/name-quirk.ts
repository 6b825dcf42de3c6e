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
  { op: 'remove', ok: true, aspect: /^mount (missing|extra)$/, own: false, quirk: 'Q-22' },
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

/** An answer that is not allowed, and what is known of the layer it is about. */
export interface WrongAnswer {
  readonly operation: Operation;
  readonly answer: Answer;
  /** What was allowed, as the model tells it. */
  readonly expected: string;
  /** Whether the model knows the layer. */
  readonly isKnown: boolean;
}

const DIFFS: readonly Operation['op'][] = ['apply', 'diff', 'diffSize', 'transfer'];

/**
 * Names the quirk that gives an answer instead of the one that is allowed, where the model has not
 * named it.
 *
 * @returns its number, `''` where none is known to do so.
 * @internal
 */
export function nameAnswerQuirk({ operation, answer, expected, isKnown }: WrongAnswer): string {
  const { op } = operation;
  if (/invalid-layer-id/.test(expected)) return 'Q-10';
  if (/invalid-link|link-id/.test(expected)) return 'Q-14';
  if (!isKnown && DIFFS.includes(op) && /ENOENT/.test(expected)) return 'Q-23';
  if (op === 'create' && answer.ok && /EEXIST/.test(expected)) return 'Q-07';
  if (op === 'get' && answer.ok && answer.value.kind === 'path') {
    if (answer.value.path.endsWith('/diff')) return 'Q-15';
  }
  if (/page|too large/.test(expected)) return 'Q-17';
  if (op === 'status' && isRowsApart(answer, expected)) return 'V-03';
  return '';
}

/** Whether rows are the expected ones but for those that one of the two tells more. */
function isRowsApart(answer: Answer, expected: string): boolean {
  if (!answer.ok || answer.value.kind !== 'rows') return false;
  const told = JSON.stringify(answer.value.rows);
  return told.startsWith(expected.slice(0, -1)) || expected.startsWith(told.slice(0, -1));
}
