import type { Divergence } from './divergence.js';

/**
 * Names the fault behind a divergence: the rule that is broken, in what way and by which kind of
 * operation; where no rule is known, the divergence's signature. What takes somebody else to show
 * is a fault of its own. Two divergences of one name are reported once.
 *
 * @internal
 */
export function faultKey(divergence: Divergence): string {
  const { rule, kind, operation, signature, aspect = '', isDisturbed } = divergence;
  // A law of layers looks at what is there in the end, whoever made it last.
  if (kind === 'layer') return signature;
  const name = rule === '' ? signature : `${rule} ${kind} ${operation.op} ${aspect}`.trimEnd();
  return isDisturbed ? `${name}, disturbed` : name;
}
