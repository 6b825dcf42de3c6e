import type { Operation } from '../commands/operation.js';
import type { ProtocolFault } from '../protocol/protocol-fault.js';
import type { Divergence } from './divergence.js';

/**
 * Tells what a testee did instead of answering as a divergence: the request, what came, and the end
 * of its standard error.
 *
 * @internal
 */
export function protocolDivergence(
  { fault, request, came, stderr }: ProtocolFault,
  operation: Operation,
  index: number,
): Divergence {
  const errors = stderr.trimEnd();
  return {
    kind: 'protocol',
    index,
    operation,
    answer: { ok: false, code: 'protocol', message: `${fault}: ${came}` },
    rule: '',
    signature: `protocol ${fault} ${operation.op}`,
    differences: [
      { subject: request, expected: 'one reply, as docs/protocol.md has it', actual: came },
      ...(errors === ''
        ? []
        : [{ subject: 'standard error', expected: 'free text', actual: errors }]),
    ],
    isDisturbed: false,
  };
}
