/**
 * Thrown when the program contradicts itself. Nothing catches it but the outermost edge, which
 * exits with 70.
 *
 * @internal
 */
export class AssertionError extends Error {
  override readonly name = 'AssertionError';
}

/**
 * States something that only a programming mistake can make false.
 *
 * @throws {@link AssertionError} when the condition does not hold.
 * @internal
 */
export function assert(condition: boolean, what: string): asserts condition {
  if (!condition) throw new AssertionError(`assertion failed: ${what}`);
}
