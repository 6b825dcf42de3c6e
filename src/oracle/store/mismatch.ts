import type { Answer } from '../commands/answer.js';
import type { Allowed } from '../model/facts.js';

/** Tells what was expected instead of an answer; nothing where it matches. */
export function mismatch({ failure, blind, check }: Allowed, answer: Answer): string | undefined {
  if (blind === true) return undefined;
  if (failure === undefined) {
    return answer.ok ? check?.(answer.value) : 'a success';
  }
  const { code, errno } = failure;
  const isSame =
    !answer.ok &&
    (code === undefined || code === answer.code) &&
    (errno === undefined || errno === answer.errno);
  return isSame ? undefined : `the failure ${code ?? ''} ${errno ?? ''}`.trimEnd();
}
