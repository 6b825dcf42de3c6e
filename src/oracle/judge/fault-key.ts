import type { Divergence } from './divergence.js';

/**
 * Names the fault behind a divergence: the rule that is broken, in what way and by which kind of
 * operation; where no rule is known, the divergence's signature. Two divergences of one name are
 * reported once.
 *
 * @internal
 */
export function faultKey({ rule, kind, operation, signature }: Divergence): string {
  return rule === '' ? signature : `${rule} ${kind} ${operation.op}`;
}
