import { GraphDriverError, isErrno, messageOf } from '../../domain/errors.js';

/**
 * One thing that a host has or has not, and how that was found.
 *
 * @public
 * @since 0.1.0
 */
export interface Finding {
  readonly name: string;
  readonly answer: 'yes' | 'no' | 'unknown';
  /** What there is to say beside yes and no; `''` for nothing. */
  readonly value: string;
  /** What was asked, and of whom. */
  readonly probe: string;
}

/**
 * Runs a probe and makes its outcome a finding. A probe that fails answers no, but that who may not
 * ask has found nothing out.
 *
 * @param probe - what is asked.
 * @param run - gives the answer, or the answer and what there is to say.
 * @param onFailure - what a failure means, where it is something else.
 * @internal
 */
export async function find(
  name: string,
  probe: string,
  run: () => Promise<boolean | Omit<Finding, 'name' | 'probe'>>,
  onFailure?: Finding['answer'],
): Promise<Finding> {
  try {
    const found = await run();
    if (typeof found !== 'boolean') return { name, ...found, probe };
    return { name, answer: yesOrNo(found), value: '', probe };
  } catch (error) {
    if (!(error instanceof GraphDriverError)) throw error;
    const answer = onFailure ?? (isForbidden(error) ? 'unknown' : 'no');
    return { name, answer, value: messageOf(error), probe };
  }
}

/**
 * Tells whether a call failed because this process may not make it.
 *
 * @internal
 */
export function isForbidden(error: unknown): boolean {
  return isErrno(error, 'EPERM', 'EACCES');
}

/**
 * Gives the answer of a truth value.
 *
 * @internal
 */
export function yesOrNo(isSo: boolean): 'yes' | 'no' {
  return isSo ? 'yes' : 'no';
}
