import type { Answer } from '../commands/answer.js';
import type { Operation } from '../commands/operation.js';

/** What of a run was not as it has to be. */
export type DivergenceKind =
  | 'answer'
  | 'home'
  | 'law'
  | 'layer'
  | 'fault'
  | 'schedule'
  /** It did not answer as the line protocol has it, or not at all. */
  | 'protocol';

/** One thing that differs, by the name of what it is about. */
export interface Difference {
  /** `answer`, a path below the home, or a law's subject. */
  readonly subject: string;
  readonly expected: string;
  readonly actual: string;
}

/**
 * The first thing that a run did otherwise than it must.
 *
 * @public
 * @since 0.1.0
 */
export interface Divergence {
  readonly kind: DivergenceKind;
  /** Which operation of the sequence, from 0. */
  readonly index: number;
  readonly operation: Operation;
  readonly answer: Answer;
  /** The quirk, law or rule that is broken, as `Q-06` or `page`; `''` where none is known. */
  readonly rule: string;
  /**
   * What kind of mistake it is, free of ids: two divergences with equal signatures are taken for
   * the same fault.
   */
  readonly signature: string;
  readonly differences: readonly Difference[];
  /** What kind of difference of a home comes first: `links extra` and the like. */
  readonly aspect?: string;
  /** The same of all differences of a home. */
  readonly aspects?: readonly string[];
  /** Whether somebody else had changed the home or its mounts before. */
  readonly isDisturbed: boolean;
  /** What callers did at a time, a column for each and a line for each thing that happened. */
  readonly interleaving?: readonly string[];
}

/**
 * Tells an answer in one line.
 *
 * @internal
 */
export function formatAnswer(answer: Answer): string {
  if (!answer.ok) {
    const errno = answer.errno === undefined ? '' : ` ${answer.errno}`;
    return `fails: ${answer.code}${errno} (${answer.message})`;
  }
  const { value } = answer;
  if (value.kind === 'nothing') return 'succeeds';
  const { kind: _kind, ...rest } = value;
  return `gives ${JSON.stringify(Object.values(rest)[0])}`;
}
