/** Sequences of operations as fast-check takes them, so that its seed is theirs. */
import fc from 'fast-check';
import type { Sequence, SequenceFacts } from '../../src/oracle/commands/sequence.js';
import { generateSequence } from '../../src/oracle/generate/generate-sequence.js';

/** Sequences for a kind of target; whoever uses them shrinks by `shrinkSequence`. */
export function sequences(facts: SequenceFacts, lengthMax: number): fc.Arbitrary<Sequence> {
  return fc
    .noShrink(fc.tuple(fc.nat(2 ** 31 - 1), fc.nat(2 ** 31 - 1)))
    .map(([seed, index]) => generateSequence(facts, { seed, index, lengthMax }));
}
