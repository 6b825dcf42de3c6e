import type { Answer, Value } from '../../commands/answer.js';
import type { Moment, Operation } from '../../commands/operation.js';
import type { Allowed } from '../../model/facts.js';

/** One answer that is allowed, as JSON. */
export interface AllowedText {
  readonly outcome: string;
  readonly rule?: string;
  readonly failure?: { readonly code?: string; readonly errno?: string };
  /** Where the model says outright what a success gives. */
  readonly value?: unknown;
}

/** One operation’s answers: those that are allowed, and the one that our driver gave. */
export interface StepText {
  readonly allowed: readonly AllowedText[];
  readonly answer: Answer;
}

/**
 * Tells allowed answers as data.
 *
 * @param answer - one of them; it tells what kind of value there is.
 * @internal
 */
export function tellAllowed(all: readonly Allowed[], answer: Answer): readonly AllowedText[] {
  return all.map(({ outcome, rule, failure, check }) => {
    const value = answer.ok && failure === undefined ? tellExpected(check, answer.value) : {};
    return {
      outcome,
      ...(rule === undefined ? {} : { rule }),
      ...(failure === undefined ? {} : { failure }),
      ...value,
    };
  });
}

/** Asks the model what it expects by showing it something else. */
function tellExpected(check: Allowed['check'], { kind }: Value): { readonly value?: unknown } {
  if (check === undefined || kind === 'nothing') return {};
  const text = check({ kind: 'nothing' }) ?? '';
  switch (kind) {
    case 'flag':
      return { value: { kind, flag: text === 'true' } };
    case 'path':
      return { value: { kind, path: text } };
    case 'rows':
      return { value: { kind, rows: JSON.parse(text) as unknown } };
    case 'metadata':
      return { value: { kind, metadata: JSON.parse(text) as unknown } };
    case 'size': {
      const [least = '', most = ''] = text.match(/\d+/g) ?? [];
      return { value: { kind, least, most } };
    }
    case 'archive':
    case 'changes':
    case 'tree':
      return {};
  }
}

/**
 * Gives an answer without the times that no operation has set: they are those of the run.
 *
 * @internal
 */
export function withoutOwnTimes(answer: Answer, operations: readonly Operation[]): Answer {
  if (!answer.ok) return answer;
  const { value } = answer;
  if (value.kind !== 'archive' && value.kind !== 'tree') return answer;
  const set = new Set(momentsOf(operations).map(([seconds]) => seconds));
  const entries = value.entries.map(({ mtime, ...rest }) =>
    set.has(mtime[0]) ? { mtime, ...rest } : rest,
  );
  return { ok: true, value: { ...value, entries } as Value };
}

function momentsOf(operations: readonly Operation[]): readonly Moment[] {
  return operations.flatMap((operation) => {
    if (operation.op === 'apply') {
      return operation.archive.flatMap(({ mtime }) => (mtime === undefined ? [] : [mtime]));
    }
    const isTime = operation.op === 'file' && operation.change.do === 'utimes';
    return isTime && operation.change.do === 'utimes' ? [operation.change.mtime] : [];
  });
}
